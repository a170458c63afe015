// Package provider describes a provider to the contract suite, the simulator, the
// commands and the reports: one typed value, of which every part but the name and the
// document may be absent. The description of each provider lies in the folder of its
// name below this one, and package providers lists them.
package provider

import (
	"cmp"
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
	// foreign.tsv and fixtures/. Nil: it has none of them.
	Files fs.FS
	// Hidden says, by the kinds of package redact, what the provider's own members,
	// parameters and headers hold, where their names do not say so to everybody: {"credential":
	// {"X-Acme-Key"}}. The value of one below the kind "" stays.
	Hidden map[string][]string

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
	ID     Class = iota + 1 // of the same JSON type, another one, and a UUID if the documented one is
	Link                    // an address at the provider
	Time                    // in the form of the documented one, and not past
	Return                  // the documented address, with the id of the journey
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
	// Started is the id of the example with which a journey starts.
	Started string
	// Link is the pointer of the journey's URL in Started, where that is a placeholder;
	// else empty.
	Link string
	// IDs are the parameters and members that name a journey, each with the pointer at
	// which the answer that starts one has its value.
	IDs map[string]string
	// Ref is the key in IDs of the one that callers keep: the adapter's kyc.Ref.
	Ref string
	// Returned are the keys in IDs whose value nobody knows before the user is back with it, as
	// the parameter of that name. Until then what IDs points at stands for it.
	Returned []string
	// CallerID is the member, of requests and answers, with the id that the caller
	// chose; "" if there is none.
	CallerID string
	// ReturnTo is the member of the request with the address to which the user returns, and
	// Placeholders are what stands for that address in the documented redirects.
	ReturnTo     string
	Placeholders []string
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
	Variables   []Variable
	// Authorize adds credentials to the header of a request made at that time.
	Authorize func(header http.Header, account Values, now time.Time) error
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
	// Can is what it is known to be able to do.
	Can []kyc.Capability
	// Calls are the methods that reach the operations, by operationId.
	Calls map[string]kyc.Method
	// Unused are the operations that it does not call, though it reads their answers.
	Unused []string
	// Status and Fetched are the ids of the examples of a status and of a document that
	// it reads.
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
		if _, found := j.IDs[j.Ref]; !found {
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
		for _, v := range a.Variables {
			if !strings.HasPrefix(v.Name, prefix) || v.Name == prefix+"BASE_URL" {
				wrong("Account.Variables has %q; a name begins with %s and is not %[3]sBASE_URL, which each provider has", v.Name, prefix)
			}
		}
	}
	if a := p.Adapter; a != nil {
		if a.New == nil || p.Journey == nil || p.Account == nil {
			wrong("Adapter needs New, and a Journey and an Account beside it, which is empty where no call needs credentials")
		}
		example("Adapter.Status", a.Status)
		example("Adapter.Fetched", a.Fetched)
		for _, operation := range slices.Sorted(maps.Keys(a.Calls)) {
			if _, found := d.Operation(operation); !found {
				wrong("Adapter.Calls has %q, which is no operation of the document", operation)
			}
			if method := a.Calls[operation]; !slices.Contains(kyc.Methods(), method) {
				wrong("Adapter.Calls has the method %q; there is %s", method, join(kyc.Methods()))
			}
		}
		for _, method := range kyc.Methods()[:3] { // those of every kyc.Provider
			if !slices.Contains(slices.Collect(maps.Values(a.Calls)), method) {
				wrong("Adapter.Calls has no operation that %s calls", method)
			}
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

// join lists words.
func join[T ~string](words []T) string {
	var all []string
	for _, w := range words {
		all = append(all, string(w))
	}
	return strings.Join(all, ", ")
}
