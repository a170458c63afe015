package contract

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	rand2 "math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/judge"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/sandbox"
	"example.com/digilocker/contract/simulator"
	"example.com/digilocker/specs/document"
)

// judgeExchange sends the request of the case and judges the answer.
func (s *attempt) judgeExchange(ctx context.Context) []example.Fault {
	ginkgo.GinkgoHelper()
	op, _ := s.d.Operation(s.e.Operation)
	return s.judge(s.answer(), s.send(ctx, op, s.c.Request, s.documented()))
}

// answer is the documented answer that the case wants.
func (s *attempt) answer() example.Entry {
	ginkgo.GinkgoHelper()
	if s.e.Direction == example.Request {
		return s.suite.Entry(s.d.Provider + "/" + s.e.Operation + "/" + s.c.Gets)
	}
	return s.e
}

// documented is the request to send, where the case is of one; nil: any.
func (s *attempt) documented() *example.Entry {
	if s.e.Direction == example.Request {
		return &s.e
	}
	return nil
}

// attempt is one attempt at a case: a provider, with one journey at it.
type attempt struct {
	suite     *Suite
	d         *example.Document
	p         provider.Provider
	e         example.Entry
	c         example.Case
	sim       *simulator.Simulator
	base      string // URL of the provider
	account   provider.Values
	members   map[string]string // those of requests that have a variable of the account; nil: as documented
	links     string            // what its links begin with; "" if that is not known
	now       func() time.Time
	transport http.RoundTripper
	failed    func(error)                 // told of what the transport says; nil: that is a failure
	out       func() *sandbox.Unreachable // why nobody is there; nil: not asked
	unique    string                      // what makes the caller's ids new
	fresh     func() string               // what makes those of a journey that begins in the browser
	webhooks  []judge.Sent

	ids     map[string]string // of the journey, by parameter
	consent string            // URL of its consent page
	asked   string            // the redirect URL that it was started with
	begun   map[string]any    // the body of the request that started it
	back    *url.URL          // where its user was sent
}

// attempt is an attempt at the case c of e, at a simulator of its own.
func (suite *Suite) attempt(e example.Entry, c example.Case) *attempt {
	ginkgo.GinkgoHelper()
	p := suite.Provider
	s := &attempt{
		suite: suite, d: suite.Document, p: p, e: e, c: c, ids: map[string]string{}, account: p.Account.Simulated(),
		now: time.Now, transport: http.DefaultTransport, fresh: fresh,
	}
	hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		defer ginkgo.GinkgoRecover()
		sent, err := judge.Receive(r)
		gomega.Expect(err).NotTo(gomega.HaveOccurred())
		s.webhooks = append(s.webhooks, sent)
	}))
	ginkgo.DeferCleanup(hook.Close)
	opts := simulator.Options{WebhookURL: hook.URL}
	if suite.opts.Record != "" { // the same answers each time
		s.now = func() time.Time { return recordedAt }
		opts.Now, opts.Random, opts.BaseURL = s.now, rand2.NewChaCha8(sha256.Sum256([]byte(e.ID))), recordedLinks
		s.fresh = func() string { return letters(sha256.Sum256([]byte("fresh " + e.ID))) }
	}
	if slices.ContainsFunc(c.Given, func(step example.Step) bool { return step.Verb == "second factor" }) {
		var err error
		opts.SignatureKey, err = suite.secondKey()
		gomega.Expect(err).NotTo(gomega.HaveOccurred())
	}
	var err error
	s.sim, err = simulator.New(opts, provider.Simulated(p)...)
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	server := httptest.NewServer(s.sim)
	ginkgo.DeferCleanup(func() { s.sim.Close(); server.Close() })
	s.base, s.links = server.URL+"/"+p.Name, cmp.Or(opts.BaseURL, server.URL)
	return s
}

// do brings about what a case is given.
func (s *attempt) do(ctx context.Context, step example.Step) {
	ginkgo.GinkgoHelper()
	switch step.Verb {
	case "journey":
		s.start(ctx)
	case "consent":
		v := s.visitor(cmp.Or(step.As, simulator.Published))
		gomega.Expect(v.Number).NotTo(gomega.BeEmpty(), "there is no person "+step.As)
		if step.To != nil {
			v.Documents = []kyc.Document{}
		}
		for _, doc := range step.To {
			v.Documents = append(v.Documents, kyc.Document(doc))
		}
		u, err := v.Allow(ctx, s.published(s.consent))
		gomega.Expect(err).NotTo(gomega.HaveOccurred())
		s.returned(u)
	case "denial":
		u, err := s.visitor(simulator.Published).Deny(ctx, s.published(s.consent))
		gomega.Expect(err).NotTo(gomega.HaveOccurred())
		s.returned(u)
	case "exchange":
		op, j := s.starting()
		answer := s.send(ctx, op, example.Change{Like: j.Like, Body: j.Body}, nil)
		s.named(op, j.Like, answer)
	case "revocation":
		gomega.Expect(s.send(ctx, s.reaches(kyc.MethodRevoke), example.Change{}, nil).status).
			To(gomega.Equal(http.StatusOK))
	case "account check":
		gomega.Expect(s.send(ctx, s.reaches(kyc.MethodCheckAccount), example.Change{}, nil).status).
			To(gomega.Equal(http.StatusOK))
	case "after":
		d, err := time.ParseDuration(step.Of)
		gomega.Expect(err).NotTo(gomega.HaveOccurred())
		s.sim.Advance(d)
	case "fault":
		gomega.Expect(s.sim.AddFault(simulator.Fault{Provider: s.d.Provider, Kind: step.Of})).To(gomega.Succeed())
	case "second factor": // the simulator was made with one
	default:
		ginkgo.Fail("nobody knows how to do " + step.Verb)
	}
}

// reaches is the operation that a method of the adapter calls.
func (s *attempt) reaches(method kyc.Method) example.Operation {
	ginkgo.GinkgoHelper()
	gomega.Expect(s.p.Adapter).NotTo(gomega.BeNil(), "the step needs an adapter, whose Calls say which operation it is")
	for _, op := range s.d.Operations {
		if s.p.Adapter.Calls[op.ID] == method {
			return op
		}
	}
	ginkgo.Fail("no operation is called by " + string(method))
	return example.Operation{}
}

// authorize adds the credentials of the account and of the journey to a request of the operation.
func (s *attempt) authorize(header http.Header, operation string) {
	ginkgo.GinkgoHelper()
	if s.p.Account != nil && s.p.Account.Authorize != nil {
		gomega.Expect(s.p.Account.Authorize(header, s.account, s.now())).To(gomega.Succeed())
	}
	if s.p.Journey != nil && s.p.Journey.Authorize != nil {
		s.p.Journey.Authorize(header, operation, s.ids)
	}
}

// published is a link of the simulator, at the address that it gives itself.
func (s *attempt) published(link string) string { return strings.Replace(link, s.really(), s.links, 1) }

// really is the address that the simulator has.
func (s *attempt) really() string { return strings.TrimSuffix(s.base, "/"+s.d.Provider) }

// visitor is that person, who finds the simulator where it is.
func (s *attempt) visitor(key string) simulator.Visitor {
	v := simulator.NewVisitor(key)
	there, given := s.parsed(s.really()), s.parsed(s.links)
	v.Client = &http.Client{Transport: through(func(r *http.Request) (*http.Response, error) {
		if r.URL.Host == given.Host {
			r = r.Clone(r.Context())
			r.URL.Scheme, r.URL.Host, r.Host = there.Scheme, there.Host, there.Host
		}
		return http.DefaultTransport.RoundTrip(r)
	})}
	return v
}

func (s *attempt) parsed(address string) *url.URL {
	ginkgo.GinkgoHelper()
	u, err := url.Parse(address)
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	return u
}

// starting is the operation that starts a journey.
func (s *attempt) starting() (example.Operation, *provider.Journey) {
	ginkgo.GinkgoHelper()
	j := s.p.Journey
	gomega.Expect(j).NotTo(gomega.BeNil(), "a journey is among what the case is given, and the description of %s has no Journey", s.p.Name)
	op, _ := s.d.Operation(s.suite.Entry(j.Started).Operation)
	return op, j
}

// start starts a journey as documented, under the id that the expected answer has.
// Where that is no answer, the request of the case is the one that starts it.
func (s *attempt) start(ctx context.Context) {
	ginkgo.GinkgoHelper()
	op, j := s.starting()
	if j.Begin != nil {
		var ids map[string]string
		s.consent, ids = j.Begin(s.base, back, s.fresh(), s.account)
		maps.Copy(s.ids, ids)
		s.asked = back
		return
	}
	request := example.Change{Like: j.Like, Body: j.Body}
	if s.e.Direction == example.Redirect {
		request = s.c.Request
		request.Like = cmp.Or(request.Like, j.Like)
		request.Body = laid(j.Body, request.Body)
	}
	answer := s.send(ctx, op, request, nil)
	s.named(op, request.Like, answer)
	for pointer, kind := range s.p.Answers.Fresh {
		if kind == provider.Link && valueAt(answer.body, pointer) != nil {
			s.consent = plainText(valueAt(answer.body, pointer))
		}
	}
	gomega.Expect(s.consent).NotTo(gomega.BeEmpty(), "the answer has no link for the user; Answers.Fresh in the description of %s says where one stands", s.p.Name)
}

// named keeps the ids that the answer of the call has which starts a journey.
func (s *attempt) named(op example.Operation, like string, answer received) {
	ginkgo.GinkgoHelper()
	gomega.Expect(answer.status).To(gomega.BeNumerically("<", 300),
		"no journey is started: to %s comes HTTP %d", s.requestID(op, example.Change{Like: like}), answer.status)
	s.begun = answer.sent
	for name, pointer := range s.p.Journey.IDs {
		if pointer != "" {
			s.ids[name] = plainText(valueAt(answer.body, pointer))
		}
	}
}

// requestID is the id of the documented request that send takes for op and change, or that of
// the operation where none is documented.
func (s *attempt) requestID(op example.Operation, change example.Change) string {
	id := s.d.Provider + "/" + op.ID
	if change.Like != "" {
		return id + "/request/" + change.Like
	}
	if requests := s.d.Requests(op); len(requests) > 0 {
		return requests[0].ID
	}
	return id
}

// returned keeps where the user was sent, with the ids that nobody knew before.
func (s *attempt) returned(u *url.URL) {
	s.back = u
	for _, name := range s.p.Journey.Returned {
		if id := u.Query().Get(name); id != "" {
			s.ids[name] = id
		}
	}
}

// received is what came back.
type received struct {
	status    int
	mediaType string
	header    http.Header
	body      []byte
	sent      map[string]any // the body of the request
}

// send sends the documented request of op, with the ids of the journey in it and
// changed as the case says. base is the documented one to take; nil: the case's.
func (s *attempt) send(ctx context.Context, op example.Operation, change example.Change, base *example.Entry) received {
	ginkgo.GinkgoHelper()
	path, query := op.Path, url.Values{}
	r, err := http.NewRequestWithContext(ctx, op.Method, s.base, http.NoBody)
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	params := map[string]any{}
	for name, v := range op.Samples(s.e.Parameters) {
		params[name] = plainText(v)
	}
	for name, id := range s.ids {
		params[name] = id
	}
	for name, variable := range s.members {
		if value := s.account[variable]; params[name] != nil && value != "" {
			params[name] = value
		}
	}
	for _, p := range op.Parameters {
		value := params[p.Name]
		if v, changed := map[string]map[string]any{"path": change.Path, "query": change.Query}[p.In][p.Name]; changed {
			value = v
		}
		if value == nil {
			continue
		}
		switch text := fmt.Sprint(value); p.In {
		case "path":
			path = strings.ReplaceAll(path, "{"+p.Name+"}", url.PathEscape(text))
		case "query":
			query.Set(p.Name, text)
		case "header":
			r.Header.Set(p.Name, text)
		}
	}
	s.authorize(r.Header, op.ID)
	for name, v := range change.Header {
		r.Header.Del(name)
		if v != nil {
			r.Header.Set(name, fmt.Sprint(v))
		}
	}
	prefer(r.Header, change.Source)
	r.URL, err = url.Parse(s.base + path)
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	r.URL.RawQuery = query.Encode()
	got := received{sent: s.body(op, change, base)}
	if op.HasBody() {
		text, err := json.Marshal(got.sent)
		gomega.Expect(err).NotTo(gomega.HaveOccurred())
		if _, said := change.Header["Content-Type"]; r.Header.Get("Content-Type") == "" && !said {
			r.Header.Set("Content-Type", "application/json")
			if !example.IsJSON(op.MediaType) && base == nil {
				r.Header.Set("Content-Type", op.MediaType)
			}
		}
		if r.Header.Get("Content-Type") == formType {
			text = []byte(form(got.sent).Encode())
		}
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(text)), int64(len(text))
	}
	resp, err := s.transport.RoundTrip(r)
	if err != nil && s.failed != nil {
		s.failed(err)
		return got
	}
	if err != nil {
		skipUnreached(s.out)
		ginkgo.Fail("no answer: " + sandbox.Cause(err))
	}
	defer func() { _ = resp.Body.Close() }()
	if got.body, err = io.ReadAll(resp.Body); err != nil {
		ginkgo.Fail("no whole answer: " + sandbox.Cause(err))
	}
	got.status, got.mediaType, got.header = resp.StatusCode, resp.Header.Get("Content-Type"), resp.Header
	if s.p.Journey != nil {
		if text, ok := got.sent[s.p.Journey.ReturnTo].(string); ok {
			s.asked = text
		}
	}
	return got
}

const formType = "application/x-www-form-urlencoded"

// form is a body as a form, in which a list of one is a text.
func form(body map[string]any) url.Values {
	fields := url.Values{}
	for name, v := range body {
		if list, ok := v.([]any); ok && len(list) == 1 {
			v = list[0]
		}
		fields.Set(name, fmt.Sprint(v))
	}
	return fields
}

// prefer asks a simulator for the word of a publication; "" for any.
func prefer(header http.Header, source string) {
	if source != "" {
		header.Set("Prefer", `source="`+source+`"`)
	}
}

// body is the body of a request, nil if op takes none.
func (s *attempt) body(op example.Operation, change example.Change, base *example.Entry) map[string]any {
	ginkgo.GinkgoHelper()
	if !op.HasBody() {
		return nil
	}
	value := s.d.AnyBody(op)
	switch {
	case base != nil:
		value = base.Value
	case change.Like != "" && value != nil:
		value = s.suite.Example(s.d.Provider + "/" + op.ID + "/request/" + change.Like)
	}
	if value == nil { // none is documented: the description or the case says all of it
		value = s.undocumented(op, change.Like)
	}
	var body map[string]any
	gomega.Expect(json.Unmarshal(value, &body)).To(gomega.Succeed())
	if s.p.Journey != nil && s.p.Journey.CallerID != "" {
		name := s.p.Journey.CallerID
		if id := plainText(valueAt(s.e.Value, document.Pointer("", name))); id != "" && body[name] != nil && base == nil {
			body[name] = id // of the expected answer, with which its request may share no other
		}
		if id, ok := body[name].(string); ok {
			body[name] = id + s.unique
		}
	}
	for name, id := range s.ids {
		if _, there := body[name]; there {
			body[name] = id
		}
	}
	for name, variable := range s.members {
		if value := s.account[variable]; body[name] != nil && value != "" {
			body[name] = value
		}
	}
	merge(body, change.Body)
	if s.p.Account != nil && s.p.Account.SignBody != nil {
		s.p.Account.SignBody(op.ID, body, s.account, s.now())
		merge(body, change.Body)
	}
	return body
}

// laid is the patch that does what the one does and then the other.
func laid(one, other map[string]any) map[string]any {
	all := map[string]any{}
	maps.Copy(all, one)
	for name, v := range other {
		inner, isObject := v.(map[string]any)
		if under, wasObject := all[name].(map[string]any); isObject && wasObject {
			v = laid(under, inner)
		}
		all[name] = v
	}
	return all
}

// merge is RFC 7396.
func merge(into, patch map[string]any) {
	for name, v := range patch {
		inner, isObject := v.(map[string]any)
		old, wasObject := into[name].(map[string]any)
		switch {
		case v == nil:
			delete(into, name)
		case isObject && wasObject:
			merge(old, inner)
		default:
			into[name] = v
		}
	}
}

// judge compares an answer with the documented one.
func (s *attempt) judge(want example.Entry, got received) []example.Fault {
	var all []example.Fault
	for what, pair := range map[string][2]string{
		"(status)":              {strconv.Itoa(s.d.StatusOf(want)), strconv.Itoa(got.status)},
		"(header Content-Type)": {want.MediaType(), got.mediaType},
	} {
		if pair[0] != pair[1] {
			all = append(all, example.Fault{Pointer: what, Want: pair[0], Got: pair[1]})
		}
	}
	if s.sim != nil && got.header.Get("X-Simulator") == "" {
		all = append(all, example.Fault{Pointer: "(header X-Simulator)", Want: "a notice", Got: "none"})
	}
	all = append(all, s.d.CheckHeaders(want, got.header)...)
	answer := judge.Answer{Status: got.status, Header: got.header, Body: got.body}
	all = append(all, judge.CheckHeaders(answer, s.now())...)
	all = append(all, judge.CheckAnnounced(got.header)...)
	echoed := got.sent
	if s.e.Direction != example.Request {
		echoed = nil
	}
	return append(all, s.judgeBody(want.Value, got.body, echoed)...)
}

// judgeBody compares bodies. Of a fresh value its class is judged; a value that
// the request had is judged by that where echoed says so.
func (s *attempt) judgeBody(want, got json.RawMessage, echoed map[string]any) []example.Fault {
	var all []example.Fault
	for rule, kind := range s.p.Answers.Fresh {
		for _, pointer := range placesOf(want, rule) {
			documented, came := valueAt(want, pointer), valueAt(got, pointer)
			if !s.isFresh(kind, documented, came) && !repeats(got, pointer, echoed) {
				all = append(all, example.Fault{
					Pointer: pointer, Want: "a fresh value like " + string(documented), Got: string(came),
				})
			}
		}
	}
	for _, f := range example.Compare(want, got) {
		_, fresh := s.p.Answers.Fresh[document.General(f.Pointer)]
		if f.Keyword != example.Twice && (fresh && valueAt(want, f.Pointer) != nil || repeats(got, f.Pointer, echoed)) {
			continue
		}
		all = append(all, f)
	}
	return all
}

// repeats says whether the value at the pointer, or one around it, is that of the
// request's member of the same name.
func repeats(got json.RawMessage, pointer string, sent map[string]any) bool {
	tokens := document.Tokens(pointer)
	for i, name := range tokens {
		if v, ok := sent[name]; ok {
			text, err := json.Marshal(v)
			return err == nil && plainText(text) == plainText(valueAt(got, document.Pointer("", tokens[:i+1]...)))
		}
	}
	return false
}

func (s *attempt) isFresh(kind provider.Class, documented, came json.RawMessage) bool {
	if came == nil || typeOf(documented) != typeOf(came) {
		return false // an adapter may read it all the same
	}
	text := plainText(came)
	switch kind {
	case provider.ID:
		whole := typeOf(came) != '0' || !strings.ContainsAny(text, ".eE")
		return text != plainText(documented) && whole && !strings.HasPrefix(text, "-") &&
			judge.IsID(plainText(documented), text)
	case provider.Link:
		rest, ours := strings.CutPrefix(text, s.links)
		return judge.IsLink(plainText(documented), text) && text != plainText(documented) &&
			(s.links == "" || ours && strings.HasPrefix(rest, "/") && !strings.Contains(rest, "#"))
	case provider.Time:
		t, ok := timeLike(plainText(documented), text)
		return ok && t.After(s.now().Add(-time.Minute))
	case provider.Happened:
		t, ok := timeLike(plainText(documented), text)
		return ok && t.Before(s.now().Add(time.Minute)) && t.After(s.now().AddDate(-1, 0, 0))
	case provider.Return:
		u, err := url.Parse(text)
		w, documentedErr := url.Parse(plainText(documented))
		if err != nil || documentedErr != nil {
			return false
		}
		query := w.Query()
		for name := range s.p.Journey.IDs {
			if query.Has(name) && query.Get(name) == u.Query().Get(name) {
				return false // the documented id
			}
			if query.Has(name) {
				query.Set(name, u.Query().Get(name))
			}
		}
		w.RawQuery = query.Encode()
		return *u == *w
	}
	return false
}

// timeLike is the time in a text of the form of the documented one: of RFC 3339, or a number of
// milliseconds or seconds since 1970, of which one has 13 digits and the other ten.
func timeLike(documented, text string) (t time.Time, ok bool) {
	if n, err := strconv.ParseInt(documented, 10, 64); err == nil {
		came, err := strconv.ParseInt(text, 10, 64)
		if t = time.Unix(came, 0); n >= 1e12 {
			t = time.UnixMilli(came)
		}
		return t, err == nil && len(text) == len(documented)
	}
	form := time.RFC3339
	if strings.Contains(documented, ".") {
		form = "2006-01-02T15:04:05.000-07:00"
	}
	t, err := time.Parse(form, text)
	return t, err == nil && strings.HasSuffix(text, "Z") == strings.HasSuffix(documented, "Z")
}

// typeOf is the type of a JSON value, by how it begins: a number begins with a digit.
func typeOf(value json.RawMessage) byte {
	switch first := value[0]; {
	case first == '-', '0' <= first && first <= '9':
		return '0'
	case first == 'f':
		return 't' // true
	default:
		return first
	}
}

// judgeReturn compares where the user was sent with the documented template.
func (s *attempt) judgeReturn(with map[string]string) []example.Fault {
	ginkgo.GinkgoHelper()
	template := plainText(s.e.Value)
	for placeholder, value := range with {
		if strings.Contains(placeholder, "id") {
			value = s.ids[s.p.Journey.Ref]
		}
		template = strings.ReplaceAll(template, placeholder, value)
	}
	template = s.suite.returning(template, s.asked)
	want, err := url.Parse(template)
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	query := want.Query()
	for name, id := range s.ids {
		if query.Has(name) {
			query.Set(name, id)
		}
	}
	want.RawQuery = query.Encode()
	gomega.Expect(s.back).NotTo(gomega.BeNil(), "nobody was sent back: the case needs a consent or a denial among what is given")
	got := *s.back
	got.RawQuery = got.Query().Encode()
	if got != *want {
		return []example.Fault{{Want: want.String(), Got: got.String()}}
	}
	for _, name := range s.p.Journey.Returned { // not what stood for it
		if id := got.Query().Get(name); query.Has(name) && (id == "" || id == s.ids[s.p.Journey.Ref]) {
			return []example.Fault{{Want: name + " of its own", Got: id}}
		}
	}
	return nil
}

// valueAt is what stands at the pointer, nil if nothing does.
func valueAt(value json.RawMessage, pointer string) json.RawMessage {
	for _, token := range document.Tokens(pointer) {
		var object map[string]json.RawMessage
		var list []json.RawMessage
		switch i, err := strconv.Atoi(token); {
		case json.Unmarshal(value, &object) == nil:
			value = object[token]
		case err == nil && i >= 0 && json.Unmarshal(value, &list) == nil && i < len(list):
			value = list[i]
		default:
			return nil
		}
		if value == nil {
			return nil
		}
	}
	return value
}

// placesOf are the pointers of what stands in value at the places that rule names, in which * is any index.
func placesOf(value json.RawMessage, rule string) []string {
	before, after, several := strings.Cut(rule, "/*")
	if !several {
		if valueAt(value, rule) == nil {
			return nil
		}
		return []string{rule}
	}
	var list []json.RawMessage
	if json.Unmarshal(valueAt(value, before), &list) != nil {
		return nil
	}
	var all []string
	for i := range list {
		all = append(all, placesOf(value, document.Pointer(before, strconv.Itoa(i))+after)...)
	}
	return all
}

// plainText is a text without its quotes, and anything else as it stands.
func plainText(value json.RawMessage) string {
	var text string
	if json.Unmarshal(value, &text) == nil {
		return text
	}
	return string(value)
}
