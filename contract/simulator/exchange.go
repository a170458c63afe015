package simulator

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/digilocker/contract/example"
)

// Exchange is one request to an operation, or to a page of the provider's.
type Exchange struct {
	*Service
	Operation example.Operation // of a page, its method and its path alone
	// Request is as it came. Its body has been read. Its PathValue has the parameters
	// of the path; what cannot be in a Go identifier is _ in their names.
	Request *http.Request
	Now     time.Time // when it came, by the Simulator's clock
	Query   url.Values
	Body    map[string]json.RawMessage // nil if it is no JSON object
	Raw     []byte                     // the body as it came; nil where the operation takes none

	source   string // the publication preferred; "" for the default
	varying  string // the variant that is asked for its answer; "" for none
	ordinary *Reply // once it is known
}

// Reply is what an Exchange comes to.
type Reply struct {
	Example *Example // nil: an answer without a body, as none is documented
	Put     Values   // the caller's own values, put into the Example
	Status  int      // 0: the Example's
	Header  http.Header
	Body    []byte // in the place of an Example, with its media type in Header

	text string // of the simulator itself
}

// maxBody is the largest request that is read, in bytes, unless Behaviour.Sizes has another. The
// documented ones have a few hundred.
const maxBody = 1 << 20

func (s *Service) handle(op example.Operation, w http.ResponseWriter, r *http.Request) {
	x := &Exchange{Service: s, Operation: op, Request: r, Now: s.sim.Now(), Query: r.URL.Query()}
	wish, err := s.preference(r.Header)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	x.source = wish.source
	if op.HasBody() && !x.read(w, cmp.Or(s.behaviour.Sizes[op.ID], maxBody)) {
		return
	}
	wanted, err := x.wished(wish)
	vary, wrongVariant := x.variant(wish)
	err = cmp.Or(err, wrongVariant)
	own := wanted == nil && vary == nil && err == nil
	var failed *Reply
	failure := s.sim.faults.draw(s.name, op.ID, func(f *Fault) bool {
		if f.between() {
			return true
		}
		if own {
			failed = x.failed(f)
		}
		return failed != nil
	})
	struck(w, failure)
	// Only once the body is read does net/http notice that a caller leaves.
	if failure != nil && failure.between() && failure.strike(s.sim, w, r) {
		return
	}
	if failure != nil && failure.Kind == Lost {
		defer reset(w)
		w = unheard{http.Header{}}
	}
	var varied *Reply
	if wanted == nil && vary != nil && err == nil {
		varied = x.vary(*vary)
	}
	switch {
	case err != nil:
		http.Error(w, err.Error(), http.StatusBadRequest)
	case wanted != nil:
		w.Header().Set("Preference-Applied", wish.applied())
		Reply{Example: wanted}.write(w)
	case varied != nil:
		w.Header().Set("Preference-Applied", wish.applied())
		varied.write(w)
	case failed != nil:
		failed.write(w)
	default:
		x.Ordinary().write(w)
	}
}

// read reads the body. It says whether it is not too large, which is answered otherwise.
func (x *Exchange) read(w http.ResponseWriter, largest int64) bool {
	var err error
	x.Raw, err = io.ReadAll(http.MaxBytesReader(w, x.Request.Body, largest))
	if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
		http.Error(w, fmt.Sprintf("The simulator reads requests of up to %d MiB.", (largest+1<<20-1)>>20),
			http.StatusRequestEntityTooLarge)
		return false
	}
	_ = json.Unmarshal(x.Raw, &x.Body) // a body that is no object has no members
	return true
}

// Form is the body as a form, in either of the media types that forms have, without the files in
// it; nil if it is none.
func (x *Exchange) Form() url.Values {
	kind, params, err := mime.ParseMediaType(x.Request.Header.Get("Content-Type"))
	switch {
	case err != nil:
		return nil
	case kind == "application/x-www-form-urlencoded":
		if form, err := url.ParseQuery(string(x.Raw)); err == nil {
			return form
		}
	case kind == "multipart/form-data":
		form, err := multipart.NewReader(bytes.NewReader(x.Raw), params["boundary"]).ReadForm(int64(len(x.Raw)))
		if err == nil { // and in memory, where all of it is already
			return form.Value
		}
	}
	return nil
}

// answer is what the behaviour says, if it has something to say.
func (x *Exchange) answer() Reply {
	if operation := x.behaviour.Operations[x.Operation.ID]; operation != nil {
		return operation(x)
	}
	text := fmt.Sprintf("The simulator knows %s of %s from the document alone: its behaviour is not written.",
		x.Operation.ID, x.title)
	if there := x.slugs(); len(there) > 0 {
		text += " A request that prefers a documented example gets it, as with \"Prefer: example=NAME\". There is:\n" +
			strings.Join(there, "\n")
	}
	return Reply{Status: http.StatusNotImplemented, text: text}
}

// Say gives the example of that name of the operation, such as 200/success. Of
// several for the same cause, it is the first, or that of the publication which
// the caller prefers.
func (x *Exchange) Say(put Values, names ...string) Reply {
	chosen := x.Example(x.Operation.ID + "/" + names[0])
	for _, name := range names {
		if e := x.Example(x.Operation.ID + "/" + name); x.source != "" && e != nil && published(e.Source, x.source) {
			chosen = e
			break
		}
	}
	if chosen == nil {
		return undocumented(x.Operation.ID + "/" + names[0])
	}
	return Reply{Example: chosen, Put: put}
}

// Borrow gives the example with that id, of another operation, for what this one
// documents none for. A status of 0 is that of the example.
func (x *Exchange) Borrow(id string, status int) Reply {
	e := x.Example(id)
	if e == nil {
		return undocumented(id)
	}
	return Reply{Example: e, Status: status}
}

// undocumented is the reply in the place of an example that the document has no
// longer.
func undocumented(id string) Reply {
	return Reply{
		Status: http.StatusNotImplemented,
		text:   fmt.Sprintf("The simulator would answer %s here, which the document does not have.", id),
	}
}

func (r Reply) write(w http.ResponseWriter) {
	for name, all := range r.Header {
		w.Header()[name] = all
	}
	status := r.Status
	switch {
	case r.Example == nil && status == 0: // nothing was said
		http.Error(w, "The simulator has no answer to this.", http.StatusNotImplemented)
	case r.text != "":
		http.Error(w, r.text, status)
	case r.Body != nil:
		w.WriteHeader(status)
		_, _ = w.Write(r.Body)
	case r.Example == nil:
		w.WriteHeader(status)
	default:
		w.Header().Set("Content-Type", r.Example.entry.MediaType())
		w.WriteHeader(cmp.Or(status, r.Example.status))
		_, _ = w.Write(r.Example.JSON(r.Put)) // a caller who left needs no answer
	}
}

// Text is the member of the body, "" if it is missing or no text.
func (x *Exchange) Text(member string) string {
	var s string
	_ = json.Unmarshal(x.Body[member], &s)
	return s
}

// Missing says whether the member of the body is absent or null.
func (x *Exchange) Missing(member string) bool {
	v, ok := x.Body[member]
	return !ok || string(v) == "null"
}

// Texts is the member of the body; ok is false if it is no list of texts.
func (x *Exchange) Texts(member string) (list []string, ok bool) {
	err := json.Unmarshal(x.Body[member], &list)
	return list, err == nil
}

// WebAddress says whether s is the address of a web page, such as one that a user
// can return to. A host that begins with a full stop is none: providers document it
// as an example of a wrong one.
func WebAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && len(s) <= 2048 && (u.Scheme == "https" || u.Scheme == "http") &&
		u.Hostname() != "" && !strings.HasPrefix(u.Host, ".") && !strings.ContainsAny(u.Host, " \t;,'\"<>")
}

// wish is what a request prefers: Prefer, RFC 7240, with the preferences that
// users of other mock servers know; source, the publication whose word counts where
// several differ; and variant, a Variant of the provider.
type wish struct {
	example, code, source, variant string
}

var (
	preferences = regexp.MustCompile(`(?:[^,"]|"[^"]*"?)+`)
	nameValue   = regexp.MustCompile(`^\s*([^\s=;"]+)\s*=\s*(?:"([^"]*)"|([^;"]*?))\s*(?:;.*)?$`)
)

// preference is what the header says. Of a preference that it says twice the first
// counts, and of one that is none of ours nothing.
func (s *Service) preference(header http.Header) (wish, error) {
	var want wish
	for _, one := range preferences.FindAllString(strings.Join(header.Values("Prefer"), ","), -1) {
		m := nameValue.FindStringSubmatch(one)
		if m == nil {
			continue
		}
		value := m[2] + m[3]
		for name, into := range map[string]*string{
			"example": &want.example, "code": &want.code, "source": &want.source, "variant": &want.variant,
		} {
			if strings.EqualFold(m[1], name) {
				*into = cmp.Or(*into, value)
			}
		}
	}
	if n, err := strconv.Atoi(want.code); want.code != "" && (err != nil || n < 100 || n > 599) {
		return want, fmt.Errorf("the preference code=%q is no HTTP status", want.code)
	}
	shows := func(source string) bool { return published(source, want.source) }
	if want.source != "" && !slices.ContainsFunc(s.sources, shows) {
		return want, fmt.Errorf("the preference source=%q is no publication that shows what %s sends; there is %s",
			want.source, s.title, strings.Join(s.sources, ", "))
	}
	return want, nil
}

// applied is the preference that decided the answer, for the caller.
func (w wish) applied() string {
	var all []string
	if w.example != "" {
		all = append(all, fmt.Sprintf("example=%q", w.example))
	}
	if w.code != "" {
		all = append(all, "code="+w.code)
	}
	if w.variant != "" && all == nil { // an example that is named outright leaves nothing to vary
		all = append(all, fmt.Sprintf("variant=%q", w.variant))
	}
	return strings.Join(all, ", ")
}

// published says whether source is the publication of that name, of whatever date.
func published(source, name string) bool {
	return source == name || strings.HasPrefix(source, name+" ")
}

// wished is the example that the request names, by its name or by the last part
// of its id, or else by its status; nil if it names none.
func (x *Exchange) wished(want wish) (*Example, error) {
	if want.example == "" && want.code == "" {
		return nil, nil
	}
	for e := range x.responses() {
		if (want.example == "" || want.example == e.entry.Example || want.example == e.slug()) &&
			(want.code == "" || want.code == strconv.Itoa(e.status)) &&
			(want.source == "" || published(e.Source, want.source)) {
			return e, nil
		}
	}
	return nil, fmt.Errorf("what the request prefers is no example of %s, which has:\n%s",
		x.Operation.ID, strings.Join(x.slugs(), "\n"))
}

// responses are the answers that the operation documents, in the document's order.
func (x *Exchange) responses() iter.Seq[*Example] {
	return func(yield func(*Example) bool) {
		for _, e := range x.entries {
			if e.Operation == x.Operation.ID && e.Direction == example.Response &&
				!yield(x.Example(strings.TrimPrefix(e.ID, x.name+"/"))) {
				return
			}
		}
	}
}

// slugs are the answers that a request can prefer, as 200 success, sorted.
func (x *Exchange) slugs() []string {
	var all []string
	for e := range x.responses() {
		all = append(all, strconv.Itoa(e.status)+" "+e.slug())
	}
	slices.Sort(all)
	return all
}

// slug is the last part of the example's id.
func (e *Example) slug() string { return e.entry.ID[strings.LastIndex(e.entry.ID, "/")+1:] }
