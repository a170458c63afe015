// Package judge judges what clients send and what providers answer.
//
// [CheckSent], [CheckAnswer] and [CheckValue] judge a client that oapi-codegen generated,
// which [Client] drives: the method of an operation is the one that sends its method, path
// and media type, whatever its name is. It goes through reflection so that no list of
// operations has to be kept, but everything that is called and compared is of the concrete
// types that a user has. Where the generator makes no type of a media type, bytes are
// compared; [Unsent] and [Written] say what cannot be judged, and why.
//
// [Live] says how a live answer differs from what is known of it, and who is wrong.
//
// A point of an answer is held against three witnesses: the schema, the published
// example and the last recording. Which of them the live answer agrees with decides:
//
//	schema  example  recording  who is wrong  what to do
//	yes     yes      differs    recording     record anew: it is out of date, or was edited
//	yes     no       agrees     example       note a known difference: nobody relies on examples
//	yes     no       none       example       the same; a recording would tell more
//	yes     no       differs    service       it changed: the schema is too loose to tell
//	no      yes      agrees     document      correct it in the overlay
//	no      yes      differs    document      the same, and record anew
//	no      yes      none       document      the same
//	no      no       agrees     service       it does as nobody wrote, and did before
//	no      no       differs    service       it does as nobody wrote
//	no      no       none       service       the same
//
// Schema and example are the provider's two promises, and independent of each other.
// A recording is the service's own word of an earlier day: it can show that the
// service changed, but it cannot clear a service that keeps neither promise. So two
// against one decide, and a team hears of the service only if there is something to
// ask the provider.
//
// What the schema does not name, it refuses. Where it refuses the live value, the
// example agrees only if its own is refused there too: an unknown word for a known one
// is of the same class, and yet another. The recording decides nothing there.
// Status and media type are those under which the example stands: there schema and
// example are one. No header has a published value: there only the recording speaks, but of
// a value that no header of that name can have. An announced end is told of when it is new.
package judge

import (
	"cmp"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/specs/document"
)

// Kind is what a difference consists in.
type Kind string

// The kinds. Type is another JSON type or class of value: a date in another layout,
// a link that is none, text instead of JSON. Null is null for a value, or the
// reverse; against a recording, an empty array for a full one too. Encoding is the
// same value spelt in another way.
const (
	NewMember     Kind = "new member"
	MissingMember Kind = "missing member"
	Type          Kind = "type"
	Null          Kind = "null"
	EnumValue     Kind = "enum value"
	Code          Kind = "code"
	Message       Kind = "message"
	Status        Kind = "status"
	MediaType     Kind = "media type"
	Header        Kind = "header"
	Order         Kind = "order"
	Encoding      Kind = "encoding"
)

// Verdict is who is wrong.
type Verdict string

// The verdicts; see the table above.
const (
	Document  Verdict = "document"
	Example   Verdict = "example"
	Recording Verdict = "recording"
	Service   Verdict = "service"
)

// Answer is what came, or what a recording holds.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Rules are what is declared once of a provider. In a pointer, * is any index.
type Rules struct {
	// Fresh are the pointers of values that differ each time.
	Fresh map[string]Class
	// Codes and Messages are the pointers of what is compared exactly. In a message,
	// the caller's own address may differ.
	Codes, Messages []string
	// Free are the pointers of free text, which has no class: names, parts of an address.
	Free []string
	// Past are the pointers of days that have been, such as of a birth.
	Past []string
	// Spelt are the pointers of words, such as a gender, of which another one is spelt in
	// the same way: a letter, or a word with a capital.
	Spelt []string
	// Keys are the members of which no two items of the list at a pointer have the same
	// values.
	Keys map[string][]string
	// Repeats are the pointers at which an answer has what the request said, where it
	// said anything of that name.
	Repeats []string
	// Headers are the names of those compared; Content-Type always is. Of any other it
	// is told when a recording lacks it.
	Headers []string
}

// Known is what an answer is compared with. KnownOf fills in what is published.
type Known struct {
	Rules
	Example example.Entry
	// Status as documented; 0, if only "default" is, is any from 400 on.
	Status int
	// Conforms checks a body against the schema; nil if there is none.
	Conforms func(value json.RawMessage) []example.Fault
	// Documents says whether the schema names the member; nil: it names all.
	Documents func(pointer string) bool
	// Published says whether a text is a value of a published example, which may be
	// printed; nil: those of Example alone are.
	Published func(text string) bool
	// Recording is the last one; nil if there is none.
	Recording *Answer
	// Simulated says that it is a simulator's, which cannot tell what else a provider
	// sends.
	Simulated bool
	// Echo are the members of the request, and the ids in its address. An answer may
	// repeat them in any class.
	Echo map[string]any
	// Base is the URL that was called, a host that links may lead to; "" if it is not known.
	// Unless it is on this machine or in a network of containers, no link leads there.
	Base string
	// Now is when the answer came; zero if that is not known: then no day is held to be past.
	Now time.Time
}

// KnownOf is what d says of the answer e.
func KnownOf(d *example.Document, e example.Entry) Known {
	return Known{
		Example: e, Status: e.Status,
		Conforms:  func(value json.RawMessage) []example.Fault { return d.ConformsAs(e, value) },
		Documents: func(pointer string) bool { return d.Documents(e, pointer) },
		Published: func(text string) bool {
			return slices.ContainsFunc(d.Entries, func(e example.Entry) bool { return parse(e.Value).holds(text) })
		},
	}
}

// Difference is one point at which a live answer is not what is known. Pointer leads
// into the body, or is (status) or (header NAME). Want and Got hold values of
// published examples only; anything else is told by its class.
type Difference struct {
	Pointer   string
	Kind      Kind
	Verdict   Verdict
	Want, Got string
}

// recorded is what the recording says.
type recorded int

const (
	none recorded = iota
	agrees
	differs
)

// witnesses are what a live answer agrees with at one point.
type witnesses struct {
	schema, example bool
	recording       recorded
}

var verdicts = map[witnesses]Verdict{
	{true, true, differs}:   Recording,
	{true, false, agrees}:   Example,
	{true, false, none}:     Example,
	{true, false, differs}:  Service,
	{false, true, agrees}:   Document,
	{false, true, differs}:  Document,
	{false, true, none}:     Document,
	{false, false, agrees}:  Service,
	{false, false, differs}: Service,
	{false, false, none}:    Service,
}

// judge is a judgement under way. The recording is nil once it is of no use.
type judge struct {
	Known
	got Answer
	all []Difference
}

// Live lists the differences, sorted by pointer and kind. An answer with another
// status is another answer: nothing else of it is compared.
func Live(k Known, got Answer) []Difference {
	j := &judge{Known: k, got: got}
	if !j.status() {
		return j.all
	}
	isJSON := j.mediaType()
	j.headers()
	if isJSON || json.Valid(got.Body) {
		j.body()
	}
	slices.SortFunc(j.all, func(a, b Difference) int {
		return cmp.Or(strings.Compare(a.Pointer, b.Pointer), strings.Compare(string(a.Kind), string(b.Kind)))
	})
	return j.all
}

// remembers is what the recording says, if same is how it is compared.
func (j *judge) remembers(same func(Answer) bool) recorded {
	switch {
	case j.Recording == nil:
		return none
	case same(*j.Recording):
		return agrees
	}
	return differs
}

// add notes a difference if there is one. recorded is what the recording had.
func (j *judge) add(pointer string, kind Kind, w witnesses, published, recorded, got string) {
	verdict, wrong := verdicts[w]
	if !wrong {
		return
	}
	want := published
	if verdict == Recording {
		want = recorded
	}
	j.all = append(j.all, Difference{Pointer: pointer, Kind: kind, Verdict: verdict, Want: want, Got: got})
}

// status says whether the status is the documented one.
func (j *judge) status() bool {
	want, fits := strconv.Itoa(j.Status), j.got.Status == j.Status
	switch {
	case j.Example.Range != 0:
		want, fits = fmt.Sprintf("%dXX", j.Example.Range), j.got.Status/100 == j.Example.Range
	case j.Status == 0:
		want, fits = "an undocumented error", j.got.Status >= http.StatusBadRequest
	}
	before := ""
	same := j.remembers(func(r Answer) bool { before = strconv.Itoa(r.Status); return r.Status == j.got.Status })
	j.add("(status)", Status, witnesses{fits, fits, same}, want, before, strconv.Itoa(j.got.Status))
	if same == differs {
		j.Recording = nil
	}
	return fits
}

const contentType = "Content-Type"

// mediaType says whether it is JSON that should have come, and is said to.
func (j *judge) mediaType() bool {
	const pointer = "(header " + contentType + ")"
	want, _ := typeOf(j.Example.MediaType())
	got, charset := typeOf(j.got.Header.Get(contentType))
	before, beforeCharset := "", ""
	remembered := func(same func() bool) recorded {
		return j.remembers(func(r Answer) bool {
			before, beforeCharset = typeOf(r.Header.Get(contentType))
			return same()
		})
	}
	same := remembered(func() bool { return before == got })
	j.add(pointer, MediaType, witnesses{want == got, want == got, same}, want, before, got)
	// JSON is UTF-8, whether the header says so or not.
	utf8 := charset == "" || charset == "utf-8"
	if want == got && same != differs {
		same = remembered(func() bool { return beforeCharset == charset })
		j.add(pointer, Encoding, witnesses{utf8, utf8, same}, "UTF-8", charsetName(beforeCharset), charsetName(charset))
	}
	return want == got
}

// typeOf takes a Content-Type apart.
func typeOf(header string) (mediaType, charset string) {
	if header == "" {
		return "none", ""
	}
	mediaType, params, err := mime.ParseMediaType(header)
	if err != nil {
		return "not a media type", ""
	}
	return mediaType, strings.ToLower(params["charset"])
}

func charsetName(charset string) string {
	switch charset {
	case "":
		return "no charset"
	case "utf-8":
		return "charset UTF-8"
	}
	return "another charset"
}

func (j *judge) headers() {
	wrong := map[string]bool{}
	for _, f := range CheckHeaders(j.got, j.Now) {
		wrong[f.Pointer] = true
		same := j.remembers(func(r Answer) bool { return slices.Contains(CheckHeaders(r, time.Time{}), f) })
		j.add(f.Pointer, Header, witnesses{recording: same}, f.Want, f.Got, f.Got)
	}
	for _, f := range CheckAnnounced(j.got.Header) {
		same := j.remembers(func(r Answer) bool { return slices.Contains(CheckAnnounced(r.Header), f) })
		if same != agrees {
			wrong[f.Pointer] = true
			j.add(f.Pointer, Header, witnesses{schema: true, recording: same}, f.Want, "none", f.Got)
		}
	}
	for _, name := range j.Headers {
		if wrong["(header "+name+")"] {
			continue
		}
		got, before := headerClass(j.got.Header, name), ""
		same := j.remembers(func(r Answer) bool { before = headerClass(r.Header, name); return before == got })
		j.add("(header "+name+")", Header, witnesses{true, true, same}, "", before, got)
	}
	if j.Recording == nil || j.Simulated {
		return
	}
	for name := range j.got.Header {
		if name == contentType || wrong["(header "+name+")"] || slices.Contains(j.Headers, name) {
			continue
		}
		if len(j.Recording.Header.Values(name)) == 0 {
			j.add("(header "+name+")", Header, witnesses{true, true, differs}, "", "none", "a header")
		}
	}
}

func headerClass(h http.Header, name string) string {
	switch value := h.Get(name); {
	case len(h.Values(name)) == 0:
		return "none"
	case number.MatchString(value):
		return "a number"
	}
	return "text"
}

var (
	number = regexp.MustCompile(`^\d+$`)
	wait   = regexp.MustCompile(`^\d{1,9}$`) // in seconds, up to thirty years
)

// body compares the bodies: first each witness with the live answer, then point by
// point what they found.
func (j *judge) body() {
	example, live := j.look(j.Example.Value), j.look(j.got.Body)
	var old *view
	var byRecording map[point]finding
	if j.Recording != nil {
		old = j.look(j.Recording.Body)
		byRecording = compare(j.Known, example, old, old, live)
	}
	byExample := compare(j.Known, example, old, example, live)
	points := map[point]bool{}
	for p := range byExample {
		points[p] = true
	}
	for p := range byRecording {
		points[p] = true
	}
	for _, f := range live.faults {
		if !f.vague || !f.explained(points) {
			points[f.point()] = true
		}
	}
	for p := range points {
		fault, refused := live.refuses(p)
		e, unlike := byExample[p]
		r, changed := byRecording[p]
		w := witnesses{schema: !refused, example: !unlike && (!refused || example.shares(fault))}
		if old != nil {
			w.recording = agrees
			if changed {
				w.recording = differs
			}
		}
		kind := cmp.Or(e.kind, r.kind, fault.kind)
		switch {
		case fault.kind == EnumValue && (kind == Type || kind == Code || kind == ""):
			kind = EnumValue
		case kind == MissingMember && w.example && example.root.at(p.pointer) != nil:
			kind = Null // to the example, null and absent are the same
		}
		want, was, got := e.want, r.want, cmp.Or(e.got, r.got, fault.got)
		if p.group == Type {
			want, was, got = published(example, p.pointer), classAt(old, p.pointer), j.shown(example, live, p.pointer)
		}
		if w.example {
			want = "what the schema allows"
		}
		j.add(safe(p.pointer, kind), kind, w, cmp.Or(want, "as documented"), cmp.Or(was, "as recorded"), got)
	}
}

// published is what the example has at the pointer.
func published(example *view, pointer string) string {
	if n := example.root.at(pointer); n != nil && n.isScalar() {
		return n.raw
	}
	return example.class(pointer)
}

// shown is what came: the value if it is published, else its class.
func (j *judge) shown(example, live *view, pointer string) string {
	n, same := live.root.at(pointer), example.root.at(pointer)
	if n != nil && n.isScalar() && (same != nil && same.raw == n.raw || j.Published != nil && j.Published(n.text)) {
		return n.raw
	}
	return live.class(pointer)
}

func classAt(v *view, pointer string) string {
	if v == nil {
		return ""
	}
	return v.class(pointer)
}

// safe hides the name of a member that came or went and looks like a value.
func safe(pointer string, kind Kind) string {
	tokens := document.Tokens(pointer)
	if (kind == NewMember || kind == MissingMember) && len(tokens) > 0 && !isName.MatchString(tokens[len(tokens)-1]) {
		tokens[len(tokens)-1] = "?"
	}
	return document.Pointer("", tokens...)
}

var isName = regexp.MustCompile(`^([A-Za-z_@$.-]+\d{0,3})+$`)

// String says a difference in a line.
func (d Difference) String() string {
	return fmt.Sprintf("%s: %s at %q: want %s, got %s", d.Verdict, d.Kind, d.Pointer, d.Want, d.Got)
}
