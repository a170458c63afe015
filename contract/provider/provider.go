// Package provider describes a provider to the contract suite, the simulator, the
// commands and the reports: one typed value, of which every part but the name and the
// document may be absent. The description of each provider lies in the folder of its
// name below this one, and package providers lists them.
package provider

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/judge/mutants"
	"example.com/digilocker/contract/recording/redact"
	"example.com/digilocker/contract/simulator"
)

// Provider is all that is told of one provider. A part that is nil is one that it does
// not have: the checks that need it are n/a, with that reason, and nothing is called.
type Provider struct {
	// Name is that of its folders, of its base URL at the simulator and of its
	// variables: lower case letters and digits, beginning with a letter.
	Name string
	// Title is what people call it. Default: Name, with a capital.
	Title string
	// Document is the effective OpenAPI document, in YAML or JSON. It is parsed when it
	// is used.
	Document []byte
	// Files is the provider's folder, of which each file may be absent: cases.yaml,
	// ways.yaml, differences.yaml, examples.sum, equivalent.yaml, survivors.tsv, score.tsv,
	// foreign.tsv, moving.yaml and fixtures/. Nil: it has none of them.
	Files fs.FS
	// Hidden says, by the kinds of package redact, what the provider's own members,
	// parameters and headers hold, where their names do not say so to everybody: {"credential":
	// {"X-Acme-Key"}}. The value of one below the kind "" stays.
	Hidden map[string][]string
	// Requests are bodies of requests, where the documents print none: by operationId or, of another body for the
	// same operation, by operationId and a name, "open/app", which a case then names by like.
	Requests map[string]map[string]any

	Client    *Client
	Answers   Answers
	Journey   *Journey
	Account   *Account
	Adapter   *Adapter
	Simulator *simulator.Behaviour
}

// Client is the typed client that was generated from the document.
type Client struct {
	// New returns a *ClientWithResponses for the server at base, sending through hc.
	New func(base string, hc *http.Client) (any, error)
	// Webhooks are what the bodies of webhooks are decoded into, by operationId: that of the
	// webhook, or of the operation that has it as a callback. Each returns a new pointer.
	Webhooks map[string]func() any
}

// Class says what is checked of a value that is another one in each answer.
type Class int

// The classes of fresh values.
const (
	ID       Class = iota + 1 // of the same JSON type, another one, and a UUID if the documented one is
	Link                      // an address at the provider
	Time                      // in the form of the documented one, and not past
	Return                    // the documented address, with the id of the journey
	Happened                  // a time in the form of the documented one, in the past, by a year at most
)

// Answers says, by JSON pointers, what stands where in the provider's answers. A * in a
// pointer is any index. The zero value says nothing: then every value is compared.
type Answers struct {
	// Fresh are values that are new in each answer.
	Fresh map[string]Class
	// Codes and Messages tell one documented answer from another: a code is compared as it
	// stands. Refusals are codes that only an error has, or an answer below 400 that is
	// documented with all of them.
	Codes, Refusals, Messages []string
	// Free is free text, which is another one for another person.
	Free []string
	// Past are days that have been, such as of a birth.
	Past []string
	// Spelt are words, such as a gender, of which another one is spelt in the same way: a
	// letter, or a word with a capital.
	Spelt []string
	// Keys are, by the pointer of a list, the members of which no two of its items have the
	// same values.
	Keys map[string][]string
	// Repeats are values that repeat what the request said.
	Repeats []string
}

// Journey says how a user's journey is started, and what names it.
type Journey struct {
	// Started is the id of the example with which a journey starts; with Begin, of the one with which what its user
	// brings back is exchanged.
	Started string
	// Begin is of a journey that no call starts, but the browser, at a page of the provider's: it returns the address
	// of that page at the server at base, for a user who is to return to back, and those of IDs that the caller
	// chooses, such as a state. They are made of fresh, 43 letters and digits that no other journey has.
	Begin func(base, back, fresh string, account Values) (link string, ids map[string]string)
	// Authorize adds to the header of a request to the operation what the journey with these ids gave, such as an
	// access token, after Account.Authorize. Nil: nothing.
	Authorize func(header http.Header, operation string, ids map[string]string)
	// Like is the name of the documented request that is sent to start one, such as "sign-up"; "" for the first.
	// Body is merged into that request (RFC 7396). It is needed where no user can continue what the documented
	// request starts, such as a journey of an SDK.
	Like string
	Body map[string]any
	// Link is the pointer of the journey's URL in Started, where that is a placeholder or is missing;
	// else empty.
	Link string
	// IDs are the parameters and members that name a journey, each with the pointer at
	// which Started has its value; "" is of one that Begin chooses or the return brings.
	IDs map[string]string
	// Ref is the key in IDs of the one that callers keep: the adapter's kyc.Ref. With Begin it is "" where
	// the adapter makes a Ref of its own.
	Ref string
	// Returned are the keys in IDs whose value nobody knows before the user is back with it, as
	// the parameter of that name. Until then what IDs points at, if anything, stands for it.
	Returned []string
	// CallerID is the member, of requests and answers, with the id that the caller
	// chose; "" if there is none.
	CallerID string
	// ReturnTo is the member of the request with the address to which the user returns, and
	// Placeholders are what stands for that address in the documented redirects.
	ReturnTo     string
	Placeholders []string
	// Answers are the parameters of the user's return that the adapter reads, where no redirect is documented and
	// none of them names the journey. Nil: those of the documented redirects, and any of IDs can be one.
	Answers []string
}

// Variable is one that an account is read from: in the environment, what is not set
// counts as empty.
type Variable struct {
	// Name begins with the provider's name in capitals: ACME_CLIENT_ID.
	Name string
	// Optional says that there can be an account without it.
	Optional bool
	// Public says that recordings may show it. What is not is replaced in them.
	Public bool
	// Obtained says that it is not in the environment, but is what Account.Obtain gets by a call of its own, such
	// as an access token.
	Obtained bool
	// Secret says that nothing else may show it either: no error, no log, no value that is
	// printed. An account's id, such as a client id, is neither Public nor Secret.
	Secret bool
	// Member is the parameter or the member of a request that has its value, where it is
	// sent in one beside Authorize; else empty.
	Member string
	// Simulated is the value that the simulator takes for it.
	Simulated string
}

// Values are those of an account, by the names of its variables.
type Values map[string]string

// Account is what an account at the provider consists of.
type Account struct {
	// Sandbox is the URL of the provider's sandbox, one of the document's servers: where that
	// has variables, with their values filled in. Nothing is called without it, wherever in
	// the document the servers stand.
	Sandbox string
	// Unpublished says that the document has no such server: the provider tells its sandbox
	// elsewhere, or publishes relative URLs alone.
	Unpublished bool
	// Spacing is what a run against the sandbox leaves between two calls, where the provider publishes how many it
	// takes in a minute. Zero, or less than what a run leaves anyway (200 ms): that.
	Spacing   time.Duration
	Variables []Variable
	// Authorize adds credentials to the header of a request made at that time.
	Authorize func(header http.Header, account Values, now time.Time) error
	// SignBody adds to the body of a request to the operation what says whose it is, such as an id, a time and a
	// digest, where the body has that. Nil: no body has.
	SignBody func(operation string, body map[string]any, account Values, now time.Time)
	// Obtain gets the values of the variables that are Obtained, with an account that has the others, by one call
	// of the server at base through hc: before the first other call of a run against the sandbox, which makes none
	// where this one fails. What its error says is shown to nobody. Nil: no variable is Obtained.
	Obtain func(ctx context.Context, base string, account Values, hc *http.Client) (Values, error)
	// SignWebhook adds the headers of a webhook with this body; nil: webhooks are unsigned.
	SignWebhook func(header http.Header, account Values, body []byte)
}

// Simulated are the values that the simulator takes.
func (a *Account) Simulated() Values {
	all := Values{}
	if a == nil {
		return all
	}
	for _, v := range a.Variables {
		if v.Simulated != "" {
			all[v.Name] = v.Simulated
		}
	}
	return all
}

// Environment are the values that the simulator takes, without those that no environment has.
func (a *Account) Environment() Values {
	all := a.Simulated()
	for _, name := range a.Wants(nil) {
		delete(all, name)
	}
	return all
}

// Wants are the variables that are Obtained and that the values lack.
func (a *Account) Wants(values Values) []string {
	var all []string
	if a == nil {
		return all
	}
	for _, v := range a.Variables {
		if v.Obtained && values[v.Name] == "" {
			all = append(all, v.Name)
		}
	}
	return all
}

// Members are the variables by the parameters and members that have their values.
func (a *Account) Members() map[string]string {
	all := map[string]string{}
	if a == nil {
		return all
	}
	for _, v := range a.Variables {
		if v.Member != "" {
			all[v.Member] = v.Name
		}
	}
	return all
}

// Secrets are the values that nothing may show.
func (a *Account) Secrets(values Values) []string {
	return a.values(values, func(v Variable) bool { return v.Secret })
}

// Credentials are the values that no recording may show.
func (a *Account) Credentials(values Values) []string {
	return a.values(values, func(v Variable) bool { return !v.Public })
}

func (a *Account) values(values Values, of func(Variable) bool) []string {
	var all []string
	if a == nil {
		return all
	}
	for _, v := range a.Variables {
		if of(v) && values[v.Name] != "" {
			all = append(all, values[v.Name])
		}
	}
	return all
}

// Adapter is the adapter over the client.
type Adapter struct {
	// New returns an adapter for the server at base, sending through hc, which may be nil.
	New func(base string, account Values, hc *http.Client) (kyc.Provider, error)
	// Rotated is New with a new key in front of the one that New has, for an adapter that seals its Refs. Nil: it has
	// no keys.
	Rotated func(base string, account Values, hc *http.Client) (kyc.Provider, error)
	// NewAt is New for an adapter that says by its own clock what has run out. Nil: the provider says so.
	NewAt func(base string, account Values, hc *http.Client, now func() time.Time) (kyc.Provider, error)
	// Can is what it is known to be able to do.
	Can []kyc.Capability
	// Calls are the methods that reach the operations, by operationId. Also are second methods that reach one of
	// them: a case says by which of the two its example is read, if it is this one.
	Calls, Also map[string]kyc.Method
	// Uncalled are the methods that make no call, since what they say is in the Ref.
	Uncalled []kyc.Method
	// First are the operations that its methods call before another one, by that one's operationId.
	First map[string]string
	// Samples are successes of our own making, by operationId: where the documents print none, and of operations in
	// First where what they print does not lead on.
	Samples map[string]Sample
	// Unused are the operations that it does not call, though it reads their answers.
	Unused []string
	// Asks are the documents for which Fetch calls the operations, by operationId, where no parameter of the documented
	// answers names them. Default: kyc.Aadhaar.
	Asks map[string]kyc.Document
	// Status and Fetched are the ids of the examples of a status and of a document that
	// it reads; "" of a method that makes no call, or of whose answers there are Samples and no examples.
	Status, Fetched string
	// Odd is the JSON body of an answer to Status with a state that nobody documented, and
	// OddState that state; empty where the provider has no word for a state.
	Odd      string
	OddState kyc.State
	// Essential are the pointers of what it cannot do without, or chooses by, though the
	// documents call it optional and its values open. Consenting is the one of them that is
	// there once the user has consented; "" where a code says so.
	Essential  []string
	Consenting string
	// Decides are the names of the members by which it tells one answer from another, by
	// operationId; those of "" are of all operations.
	Decides map[string][]string
	// Protocol are the members whose text is never personal data.
	Protocol []string
	// Documents are those that Fetch reads, Files those that FetchFile does besides.
	Documents []kyc.Document
	Files     []kyc.FileRequest
	// NoContent is what an answer with HTTP 204 means. Default: kyc.ErrUnexpected.
	NoContent kyc.Err
	// Foreign are bodies of webhooks that come to the same address and are of no journey.
	Foreign []string
	// Sizes are the largest answers that it reads, in bytes, by operationId. Default: 10 MiB.
	Sizes map[string]int
	// Outcomes are what becomes of a journey that does not go well.
	Outcomes map[Way]Outcome
}

// Sample is an answer with status 200 that the document shows no example of.
type Sample struct{ MediaType, Body string }

// Way is a way in which a journey does not go well.
type Way string

// The ways.
const (
	Denied   Way = "the user refuses"
	Expired  Way = "nobody follows the link in time"
	Lapsed   Way = "the consent runs out"
	Early    Way = "the document is asked for too early"
	Without  Way = "the account has no Aadhaar"
	Withheld Way = "the user shares no document"
	Revoked  Way = "the consent is revoked"
)

// Outcome is what Status and Fetch say: the State, and the Kind of Fetch's error. Where State
// is empty, Status fails with that Kind too.
type Outcome struct {
	State kyc.State
	Kind  kyc.Err
	// Return is what the address says to which the user returns; empty if it says nothing of
	// this, or nobody returns.
	Return kyc.State
}

// Named is the title.
func (p Provider) Named() string {
	if p.Title != "" || p.Name == "" {
		return p.Title
	}
	return strings.ToUpper(p.Name[:1]) + p.Name[1:]
}

// Parse reads the document.
func (p Provider) Parse() (*example.Document, error) { return example.Parse(p.Name, p.Document) }

// Simulated is what the simulator is told of those of the providers that have a
// behaviour.
func Simulated(all ...Provider) []simulator.Provider {
	var told []simulator.Provider
	for _, p := range all {
		if p.Simulator != nil {
			told = append(told, simulator.Provider{
				Name: p.Name, Title: p.Named(), Document: p.Document, Behaviour: p.Simulator, Hidden: p.Hidden,
			})
		}
	}
	return told
}

// Find is the provider of that name among all. The error lists those that there are.
func Find(all []Provider, name string) (Provider, error) {
	i := slices.IndexFunc(all, func(p Provider) bool { return p.Name == name })
	if i < 0 {
		return Provider{}, fmt.Errorf("there is no provider %q; there is %s", name, cmp.Or(strings.Join(Names(all), ", "), "none"))
	}
	return all[i], nil
}

// CheckAll says what is wrong with the descriptions of a list: with each, or that two have
// one name.
func CheckAll(all []Provider) error {
	var wrong []error
	for i, p := range all {
		if slices.Contains(Names(all[:i]), p.Name) {
			wrong = append(wrong, fmt.Errorf("provider %q is listed twice", p.Name))
			continue
		}
		d, err := p.Parse()
		if err != nil {
			wrong = append(wrong, fmt.Errorf("provider %q: Document: %w", p.Name, err))
			continue
		}
		wrong = append(wrong, p.Check(d))
	}
	return errors.Join(wrong...)
}

// Names are those of the providers.
func Names(all []Provider) []string {
	names := []string{}
	for _, p := range all {
		names = append(names, p.Name)
	}
	return names
}

// Cases are those of the provider's folder; it may have none.
func (p Provider) Cases() (*example.Cases, error) {
	file, text, err := p.read("cases.yaml")
	if err != nil {
		return nil, err
	}
	return example.ReadCases(file, text)
}

// Differences are the numbered ones of the provider's folder; it may have none.
func (p Provider) Differences() (example.Differences, error) {
	file, text, err := p.read("differences.yaml")
	if err != nil {
		return nil, err
	}
	return example.ReadDifferences(file, text)
}

// Ways are how the simulator is brought to what the cases do not tell; nil if nobody has written
// them.
func (p Provider) Ways() (*example.Ways, error) {
	file, text, err := p.read("ways.yaml")
	if err != nil {
		return nil, err
	}
	return example.ReadWays(file, text)
}

// Sums are the examples of the provider that somebody accepted; nil if nobody did.
func (p Provider) Sums() (example.Sums, error) {
	file, text, err := p.read("examples.sum")
	if err != nil || text == nil {
		return nil, err
	}
	return example.ReadSums(file, text)
}

// Equivalents are the groups of mutants of the provider's messages that nobody could tell
// from what is right.
func (p Provider) Equivalents() (mutants.Equivalents, error) {
	file, text, err := p.read("equivalent.yaml")
	if err != nil {
		return nil, err
	}
	return mutants.ReadEquivalents(file, text)
}

// Survived is where mutants of the provider's messages are known to survive, and Score is
// what the judges caught of all; nil if nobody has accepted any.
func (p Provider) Survived() (mutants.Survived, error) {
	file, text, err := p.read("survivors.tsv")
	if err != nil || text == nil {
		return nil, err
	}
	return mutants.ReadSurvived(file, text)
}

// Score is what the judges were found to catch; nil if nobody has accepted any.
func (p Provider) Score() (*mutants.Report, error) {
	file, text, err := p.read("score.tsv")
	if err != nil || text == nil {
		return nil, err
	}
	return mutants.ReadScore(file, text)
}

// Foreign is what the judges caught of the operators of the second list, at first and when
// it was accepted last; nil if nobody has accepted any.
func (p Provider) Foreign() (mutants.Standings, error) {
	file, text, err := p.read("foreign.tsv")
	if err != nil || text == nil {
		return nil, err
	}
	return mutants.ReadStandings(file, text)
}

// read reads a file of the provider's folder, and says how to call it; text is nil if it
// is not there.
func (p Provider) read(name string) (file string, text []byte, err error) {
	file = path.Join("contract/provider", p.Name, name)
	if p.Files == nil {
		return file, nil, nil
	}
	text, err = fs.ReadFile(p.Files, name)
	if errors.Is(err, fs.ErrNotExist) {
		return file, nil, nil
	}
	if err != nil {
		return file, nil, fmt.Errorf("%s: %w", file, err)
	}
	return file, text, nil
}

// nameForm is what a provider can be called.
var nameForm = regexp.MustCompile(`^[a-z][a-z0-9]*$`)

// Check says what is wrong with the description of the provider whose document d is; the
// error names the field, and what to write there.
func (p Provider) Check(d *example.Document) error {
	var all []error
	wrong := func(format string, args ...any) {
		all = append(all, fmt.Errorf("provider %q: "+format, append([]any{p.Name}, args...)...))
	}
	if !nameForm.MatchString(p.Name) {
		wrong("Name must be lower case letters and digits, beginning with a letter, such as acme")
	}
	if len(d.Operations)+len(d.Webhooks) == 0 {
		wrong("Document has neither operations nor webhooks")
	}
	kinds := []string{""}
	for _, r := range redact.Rules() {
		kinds = append(kinds, r.ID)
	}
	for _, kind := range slices.Sorted(maps.Keys(p.Hidden)) {
		if !slices.Contains(kinds, kind) {
			wrong("Hidden has the kind %q, which is none of package redact; there is %s, and \"\" for what stays", kind, strings.Join(slices.Sorted(slices.Values(kinds[1:])), ", "))
		}
	}
	ids := map[string]bool{}
	for _, e := range d.Entries {
		ids[e.ID] = true
	}
	example := func(field, id string) {
		if !ids[id] {
			wrong("%s is %q, which is no id of an example", field, id)
		}
	}
	if p.Client != nil && p.Client.New == nil {
		wrong("Client.New is missing; a provider without a client has no Client")
	}
	if j := p.Journey; j != nil {
		example("Journey.Started", j.Started)
		if op := strings.Split(j.Started, "/"); j.Like != "" && len(op) > 1 {
			example("Journey.Like", op[0]+"/"+op[1]+"/request/"+j.Like)
		}
		if _, found := j.IDs[j.Ref]; !found && (j.Begin == nil || j.Ref != "") {
			wrong("Journey.Ref is %q, which is no key of Journey.IDs; there is %s", j.Ref, strings.Join(slices.Sorted(maps.Keys(j.IDs)), ", "))
		}
		for _, name := range j.Returned {
			if _, found := j.IDs[name]; !found || name == j.Ref {
				wrong("Journey.Returned has %q, which is no key of Journey.IDs beside Journey.Ref", name)
			}
		}
	}
	for _, pointer := range slices.Sorted(maps.Keys(p.Answers.Fresh)) {
		if p.Answers.Fresh[pointer] == Return && p.Journey == nil {
			wrong("Answers.Fresh has a Return at %s, which needs a Journey beside it", pointer)
		}
	}
	if a := p.Account; a != nil && a.Sandbox != "" {
		switch u, err := url.Parse(a.Sandbox); {
		case !a.Unpublished && !slices.Contains(d.Servers(), a.Sandbox) && !d.IsServer(a.Sandbox):
			wrong("Account.Sandbox is %q, which is no server of the document; there is %s; write one of these, "+
				"its variables filled in, or Account.Unpublished: true if it is told elsewhere",
				a.Sandbox, strings.Join(d.Servers(), ", "))
		case err != nil || u.Scheme != "https" || u.Hostname() == "" || strings.ContainsAny(a.Sandbox, "{}"):
			wrong("Account.Sandbox is %q, which must be an absolute https URL without parameters; "+
				"fill in their values, or write the whole URL and Account.Unpublished: true", a.Sandbox)
		case a.Unpublished && d.IsServer(a.Sandbox):
			wrong("Account.Unpublished is true, and Account.Sandbox %q is a server of the document; "+
				"remove Unpublished", a.Sandbox)
		}
	}
	if a := p.Account; a != nil {
		prefix := strings.ToUpper(p.Name) + "_"
		if a.Sandbox != "" && len(a.Variables) > 0 && a.Authorize == nil && len(a.Members()) == 0 {
			wrong("Account has Variables that no request would carry; write Account.Authorize, or the Member of a variable")
		}
		if wants := a.Wants(nil); (a.Obtain == nil) != (len(wants) == 0) {
			wrong("Account.Obtain gets what is Obtained, and nothing is got without it: write both, or neither")
		}
		for _, v := range a.Variables {
			if v.Obtained && (v.Public || v.Optional) {
				wrong("Account.Variables has %q, which is Obtained: that is neither Public nor Optional", v.Name)
			}
			if !strings.HasPrefix(v.Name, prefix) || v.Name == prefix+"BASE_URL" {
				wrong("Account.Variables has %q; a name begins with %s and is not %[3]sBASE_URL, which each provider has", v.Name, prefix)
			}
		}
	}
	if a := p.Adapter; a != nil {
		if a.New == nil || p.Journey == nil || p.Account == nil {
			wrong("Adapter needs New, and a Journey and an Account beside it, which is empty where no call needs credentials")
		}
		if a.Status != "" || !p.unshown(d, kyc.MethodStatus) {
			example("Adapter.Status", a.Status)
		}
		if a.Fetched != "" || !p.unshown(d, kyc.MethodFetch) {
			example("Adapter.Fetched", a.Fetched)
		}
		for _, operation := range slices.Sorted(maps.Keys(a.Also)) {
			if method := a.Also[operation]; a.Calls[operation] == "" || a.Calls[operation] == method ||
				!slices.Contains(kyc.Methods(), method) {
				wrong("Adapter.Also has %q of %q; it has second methods of the operations of Adapter.Calls",
					method, operation)
			}
		}
		for _, operation := range slices.Sorted(maps.Keys(a.Samples)) {
			if a.Calls[operation] == "" {
				wrong("Adapter.Samples has %q, which is no operation of Adapter.Calls", operation)
			}
		}
		for _, operation := range slices.Sorted(maps.Keys(a.Calls)) {
			if _, found := d.Operation(operation); !found {
				wrong("Adapter.Calls has %q, which is no operation of the document", operation)
			}
			if method := a.Calls[operation]; !slices.Contains(kyc.Methods(), method) {
				wrong("Adapter.Calls has the method %q; there is %s", method, join(kyc.Methods()))
			}
		}
		for _, operation := range slices.Sorted(maps.Keys(a.First)) {
			if _, found := d.Operation(a.First[operation]); !found || a.Calls[operation] == "" {
				wrong("Adapter.First has %q before %q; both are operations of the document, and the second one of "+
					"Adapter.Calls",
					a.First[operation], operation)
			}
		}
		for _, method := range kyc.Methods()[:3] { // those of every kyc.Provider
			if slices.Contains(slices.Collect(maps.Values(a.Calls)), method) == slices.Contains(a.Uncalled, method) {
				wrong("Adapter.Calls has no operation that %s calls; write one, or, of a method that makes no call, "+
					"its name in Adapter.Uncalled, and not both", method)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(p.Requests)) {
		id, _, _ := strings.Cut(name, "/")
		if op, found := d.Operation(id); !found || !op.HasBody() || len(d.Requests(op)) > 0 {
			wrong("Requests has %q; it has those of operations that take a body of which none is documented", name)
		}
	}
	if b := p.Simulator; b != nil {
		for _, operation := range slices.Sorted(maps.Keys(b.Operations)) {
			if _, found := d.Operation(operation); !found {
				wrong("Simulator.Operations has %q, which is no operation of the document", operation)
			}
		}
	}
	return errors.Join(all...)
}

// unshown says whether there is no example of what the method reads: it makes no call, or there is a sample alone.
func (p Provider) unshown(d *example.Document, method kyc.Method) bool {
	sampled := slices.ContainsFunc(d.Operations, func(op example.Operation) bool {
		_, has := p.Adapter.Samples[op.ID]
		return has && p.Adapter.Calls[op.ID] == method
	})
	return slices.Contains(p.Adapter.Uncalled, method) ||
		sampled && !slices.ContainsFunc(d.Entries, func(e example.Entry) bool {
			return p.Adapter.Calls[e.Operation] == method && e.Direction == example.Response && e.Status/100 == 2
		})
}

// join lists words.
func join[T ~string](words []T) string {
	var all []string
	for _, w := range words {
		all = append(all, string(w))
	}
	return strings.Join(all, ", ")
}
