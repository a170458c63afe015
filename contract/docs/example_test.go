package docs_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"time"

	"example.com/digilocker/adapters/authpartner"
	"example.com/digilocker/adapters/eaadhaar"
	"example.com/digilocker/adapters/failover"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/kyc/kycmem"
	"example.com/digilocker/adapters/setu"
	"example.com/digilocker/adapters/signedfile"
	"example.com/digilocker/adapters/wire"
	"example.com/digilocker/contract/simulator"
	"example.com/digilocker/contract/simulator/simulatortest"
)

// The README's first program. An adapter calls its provider by http.DefaultTransport, which here
// leads to the simulator.
func Example() {
	ctx := context.Background()
	sim := simulatortest.New(t)
	defer func(before http.RoundTripper) { http.DefaultTransport = before }(http.DefaultTransport)
	http.DefaultTransport = leading{sim.BaseURL("setu"), http.DefaultTransport}
	account := sim.Account("setu")
	id, secret, product := account["SETU_CLIENT_ID"], account["SETU_CLIENT_SECRET"], account["SETU_PRODUCT_INSTANCE_ID"]

	creds := setu.Credentials{ClientID: id, ClientSecret: kyc.Hide(secret), ProductInstanceID: product}
	provider, err := setu.New(setu.Sandbox, creds, setu.Options{})
	must(err)
	consent, err := provider.Start(ctx, kyc.StartRequest{
		ID: "order-42", Documents: []kyc.Document{kyc.Aadhaar}, ReturnTo: "https://shop.example/back",
	})
	must(err)
	visitor := simulator.NewVisitor(simulator.Complete)
	visitor.Client = sim.Client
	back, err := visitor.Allow(ctx, consent.URL.Reveal())
	must(err)
	said, err := kyc.Complete(ctx, provider, consent.Ref, back)
	must(err)
	got, err := kyc.WaitFetch(ctx, provider, said.Ref, kyc.Aadhaar, kyc.Waiting{Last: consent, Return: said})
	must(err)
	fmt.Println(got.Record.Document, "of", got.Record.Person.Name.Reveal())
	// Output: aadhaar of Fake Complete
}

// leading sends each request to another address than it is for.
type leading struct {
	to string
	by http.RoundTripper
}

func (l leading) RoundTrip(r *http.Request) (*http.Response, error) {
	to, err := url.Parse(l.to + r.URL.Path)
	if err != nil {
		return nil, err
	}
	to.RawQuery = r.URL.RawQuery
	r = r.Clone(r.Context())
	r.URL, r.Host = to, to.Host
	return l.by.RoundTrip(r)
}

// What is stored of a journey: its Ref, at the start and once more at the return.
func Example_storedRef() {
	ctx := context.Background()
	sim := simulatortest.New(t)
	provider := sim.Adapter("eko")
	request := kyc.StartRequest{
		ID: "order-42", Documents: []kyc.Document{kyc.Aadhaar}, ReturnTo: "https://shop.example/back",
	}
	table, records := map[string]string{}, map[string]*kyc.Record{}

	consent, err := provider.Start(ctx, request)
	must(err)
	table["order-42"] = string(consent.Ref)

	back, err := sim.Visitor(simulator.Complete).Allow(ctx, consent.URL.Reveal())
	must(err)
	begun := table["order-42"]

	ref := kyc.Ref(table["order-42"])
	said, err := kyc.Complete(ctx, provider, ref, back)
	must(err)
	known := kyc.Waiting{Last: &kyc.Consent{Ref: ref, State: kyc.Pending}, Return: said}
	got, err := kyc.WaitFetch(ctx, provider, said.Ref, kyc.Aadhaar, known)
	must(err)
	records["order-42"] = got.Record     // before anything else is done
	table["order-42"] = string(said.Ref) // now that the provider has answered for it
	fmt.Println("the Ref changed:", table["order-42"] != begun)
	fmt.Println(records["order-42"].Document, "of", records["order-42"].Person.Name.Reveal())
	// Output:
	// the Ref changed: true
	// aadhaar of Fake Complete
}

// A denial that only the address says answers a visit and is not stored: the user's own return comes later.
func Example_forgedReturn() {
	ctx := context.Background()
	sim := simulatortest.New(t)
	provider := sim.Adapter("setu")
	consent, err := provider.Start(ctx, kyc.StartRequest{
		Documents: []kyc.Document{kyc.Aadhaar}, ReturnTo: "https://shop.example/back",
	})
	must(err)
	forged, err := url.Parse("https://shop.example/back?success=False")
	must(err)
	said, err := kyc.Complete(ctx, provider, consent.Ref, forged)
	must(err)
	got, err := kyc.WaitFetch(ctx, provider, said.Ref, kyc.Aadhaar, kyc.Waiting{Last: consent, Return: said})

	lasting := kyc.Final(err) && !kyc.Spent(err) && got.Consent.State.Final()

	fmt.Println("denied:", errors.Is(err, kyc.ErrDenied), "- to be stored:", lasting)
	// Output: denied: true - to be stored: false
}

// A provider that fails when the test wants it, and a clock that the test moves.
func Example_faults() {
	ctx := context.Background()
	sim := simulatortest.New(t)
	provider := sim.Adapter("cashfree")
	consent, err := provider.Start(ctx, kyc.StartRequest{
		ID: "order-42", Documents: []kyc.Document{kyc.Aadhaar}, ReturnTo: "https://shop.example/back",
	})
	must(err)

	err = sim.AddFault(simulator.Fault{Kind: simulator.RateLimit, Count: 1})
	must(err)
	_, err = provider.Status(ctx, consent.Ref)
	fmt.Println("a fault:", kyc.KindOf(err))

	sim.Advance(61 * time.Minute)
	consent, err = provider.Status(ctx, consent.Ref)
	must(err)
	fmt.Println("an hour later:", consent.State)
	// Output:
	// a fault: rate limited
	// an hour later: expired
}

// From an anchor to an adapter's Options.
func Example_anchor() {
	pem, err := os.ReadFile("../../adapters/eaadhaar/testdata/java/signer.pem")
	must(err)
	signer, err := eaadhaar.ReadAnchor("DigiLocker 2023-2026", pem)
	must(err)
	signer.Kinds = []eaadhaar.Kind{eaadhaar.EAadhaar, eaadhaar.PANRecord, eaadhaar.DrivingLicence}
	verifier, err := eaadhaar.NewVerifier([]eaadhaar.Anchor{signer}, eaadhaar.Options{Profile: eaadhaar.LegacySHA1})
	must(err)
	checker := &signedfile.Checker{Verifier: verifier}

	err = checker.Verify(context.Background(), &kyc.Record{Document: kyc.Aadhaar})
	fmt.Println(err)
	// Output: signedfile: no signed file: the provider hands out none
}

// A trial against a simulator that runs on this machine.
func Example_trial() {
	ctx := context.Background()
	sim := simulatortest.New(t)
	verifier := sim.Verifier

	here := netip.MustParsePrefix("127.0.0.0/8")
	checker := &signedfile.Checker{Verifier: verifier, Files: wire.Downloader{Allow: []netip.Prefix{here}}}

	account := sim.Account("setu")
	provider, err := setu.New(sim.BaseURL("setu"), setu.Credentials{
		ClientID: account["SETU_CLIENT_ID"], ClientSecret: kyc.Hide(account["SETU_CLIENT_SECRET"]),
		ProductInstanceID: account["SETU_PRODUCT_INSTANCE_ID"],
	}, setu.Options{Verify: checker.Verify})
	must(err)
	consent, err := provider.Start(ctx, kyc.StartRequest{
		Documents: []kyc.Document{kyc.Aadhaar}, ReturnTo: "https://shop.example/back",
	})
	must(err)
	back, err := sim.Visitor(simulator.Complete).Allow(ctx, consent.URL.Reveal())
	must(err)
	said, err := kyc.Complete(ctx, provider, consent.Ref, back)
	must(err)
	got, err := kyc.WaitFetch(ctx, provider, said.Ref, kyc.Aadhaar, kyc.Waiting{Last: consent, Return: said})
	must(err)
	fmt.Println("signed is the name of", got.Record.Signed.Person.Name.Reveal())
	// Output: signed is the name of Fake Complete
}

// What a provider can do is asked of it before anything is started.
func Example_capabilities() {
	var provider kyc.Provider = kycmem.New(kycmem.Options{})

	reader, ok := kyc.As[kyc.DocumentReader](provider)
	pan := ok && slices.Contains(reader.Fetches(), kyc.PAN)
	_, revokes := kyc.As[kyc.Revoker](provider)

	fmt.Println("reads PAN:", pan, "- revokes:", revokes)
	// Output: reads PAN: true - revokes: true
}

// Journeys that are under way end where they began, and new ones begin elsewhere.
func Example_moving() {
	ctx := context.Background()
	older := kycmem.Webhooks{Provider: kycmem.New(kycmem.Options{})} // as Cashfree, which sends them
	var newer kyc.Provider = kycmem.New(kycmem.Options{})
	begun, err := older.Start(ctx, kyc.StartRequest{
		ID: "order-41", Documents: []kyc.Document{kyc.Aadhaar}, ReturnTo: "https://shop.example/back",
	})
	must(err)

	both, err := failover.New([]failover.Member{
		{Name: "new", Provider: newer},
		{Name: "old", Provider: older},
	}, failover.Options{LeaveOut: true})
	must(err)
	consent, err := both.Start(ctx, kyc.StartRequest{
		ID: "order-42", Documents: []kyc.Document{kyc.Aadhaar}, ReturnTo: "https://shop.example/back",
	})
	must(err)
	fmt.Println("started:", consent.Ref)

	header, body, err := older.Deliver(ctx, begun.Ref)
	must(err)
	event, err := older.ParseWebhook(header, body)
	must(err)
	ref := failover.Ref("old", event.Consent.Ref)

	fmt.Println("told of:", ref)
	// Output:
	// started: new:order-42
	// told of: old:order-41
}

// Two providers, asked in this order.
func Example_several() {
	var cashfree, setu kyc.Provider = kycmem.New(kycmem.Options{}), kycmem.New(kycmem.Options{})

	p, err := failover.New([]failover.Member{
		{Name: "cashfree", Provider: cashfree},
		{Name: "setu", Provider: setu},
	}, failover.Options{})
	must(err)

	consent, err := p.Start(context.Background(), kyc.StartRequest{
		ID: "order-42", Documents: []kyc.Document{kyc.Aadhaar}, ReturnTo: "https://shop.example/back",
	})
	must(err)
	fmt.Println(consent.Ref)
	// Output: cashfree:order-42
}

// t stands for a test's *testing.T. What an example leaves open ends with the test binary.
var t simulatortest.TB = pretend{}

type pretend struct{}

func (pretend) Helper()                           {}
func (pretend) Cleanup(func())                    {}
func (pretend) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// A journey at DigiLocker itself, whose Ref the user's session keeps.
func Example_direct() {
	ctx := context.Background()
	sim := simulatortest.New(t)
	base, account := sim.BaseURL("authpartner"), sim.Account("authpartner")
	must(os.Setenv("AUTHPARTNER_REF_KEY", account["AUTHPARTNER_REF_KEY"]))
	creds := authpartner.Credentials{
		ClientID:     kyc.Hide(account["AUTHPARTNER_CLIENT_ID"]),
		ClientSecret: kyc.Hide(account["AUTHPARTNER_CLIENT_SECRET"]),
	}
	checker := sim.Checker
	request := kyc.StartRequest{Documents: []kyc.Document{kyc.Aadhaar}, ReturnTo: "https://shop.example/back"}
	var session struct{ ref kyc.Ref }

	key, err := authpartner.ParseKey(os.Getenv("AUTHPARTNER_REF_KEY"))
	must(err)
	provider, err := authpartner.New(base, creds, authpartner.Options{
		Keys: []authpartner.Key{key}, Verify: checker.Verify, RequireHMAC: true,
		Purpose: "kyc", ServiceName: "Shop",
	})
	must(err)
	consent, err := provider.Start(ctx, request) // no call
	must(err)
	session.ref = consent.Ref
	back, err := sim.Visitor(simulator.Complete).Allow(ctx, consent.URL.Reveal())
	must(err)

	// the user is back
	said, err := kyc.Complete(ctx, provider, session.ref, back) // one call, unless the user refused
	must(err)
	session.ref = said.Ref // at once
	record, err := provider.Fetch(ctx, session.ref, kyc.Aadhaar)
	must(err)
	fmt.Println(record.Document, "of", record.Person.Name.Reveal())

	renewed, err := provider.Refresh(ctx, session.ref)
	must(err)
	session.ref = renewed.Ref // at once
	_, err = provider.Fetch(ctx, session.ref, kyc.Aadhaar)
	must(err)
	// Output: aadhaar of Fake Complete
}
