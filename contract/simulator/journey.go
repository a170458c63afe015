package simulator

import (
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"slices"
	"strconv"
	"sync"
	"time"

	"example.com/digilocker/adapters/kyc"
)

// How long things last, by the clock of the simulator.
const (
	LinkLife    = 10 * time.Minute // of a consent URL, from the start of its journey, unless that asks for another life
	ConsentLife = time.Hour        // of a consent, unless its journey asks for another end
	FileLife    = 48 * time.Hour   // of a file's link, from the answer that has it
	// Validation is how long the documents of the person Slow are being checked
	// after consent.
	Validation = 30 * time.Second
)

// State is how far a journey is.
type State int

// The states of a journey.
const (
	Pending        State = iota // the user has not decided
	Granted                     // the user consented, perhaps to no document
	Denied                      // the user refused
	Revoked                     // the caller withdrew the consent
	LinkExpired                 // nobody acted while the consent URL was good
	ConsentExpired              // the consent ran out
)

// Journey is one user's way through the consent page, as it was at one moment: what
// the user does meanwhile does not change it.
type Journey struct {
	ID        string // by which the caller asks for it
	Reference int64  // the provider's own number
	Created   time.Time
	Life      time.Duration // of its consent URL, from Created
	Source    string        // the publication preferred when it was started; "" for the default
	Variant   string        // that answers the request which started it; "" for none
	Redirect  string        // "" if the caller gave none
	Requested []kyc.Document
	Flow      string // signin, signup or ""

	State    State
	Person   *Person        // who consented, also to what was revoked since; nil before. Nothing in it may change
	Shared   []kyc.Document // what the person consented to
	At       time.Time      // of the consent, or of its revocation; zero before
	Until    time.Time      // the end of the consent; zero before there is one
	SignedUp bool           // the person had no account before

	Kept any // by Exchange.Keep; nil: nothing

	whole *journey
}

// Has says whether the user shared that document.
func (j *Journey) Has(doc kyc.Document) bool { return slices.Contains(j.Shared, doc) }

// ConsentURL is where the user decides.
func (j *Journey) ConsentURL() string { return j.whole.consentURL() }

// ReturnTo is the caller's redirect URL with that query added to its own.
func (j *Journey) ReturnTo(query string) string { return j.whole.returnTo(query) }

// journey is a Journey while it goes on. Its first group of fields never changes; mu
// guards the others.
type journey struct {
	service   *Service
	id        string
	reference int64
	token     string // of the consent page
	created   time.Time
	life      time.Duration // of the consent URL
	until     time.Time     // of the consent; zero: ConsentLife from the user's decision on
	source    string
	variant   string
	redirect  string
	requested []kyc.Document
	flow      string
	origin    string // scheme and host that the caller knows the simulator by

	mu     sync.Mutex
	over   State // Pending, Granted, Denied or Revoked: what was done, whatever the time
	at     time.Time
	person *Person
	shared []kyc.Document
	visit  visit
	fresh  bool            // the person signed up
	files  map[file]string // token of each file's link
	marks  map[string]bool
	kept   any
}

// snapshot is the journey as it is at that time, for an answer that must not be torn
// by what the user does meanwhile.
func (j *journey) snapshot(now time.Time) *Journey {
	j.mu.Lock()
	defer j.mu.Unlock()
	one := &Journey{
		ID: j.id, Reference: j.reference, Created: j.created, Life: j.life, Source: j.source, Variant: j.variant,
		Redirect: j.redirect, Requested: j.requested, Flow: j.flow, State: j.isLocked(now), Kept: j.kept, whole: j,
	}
	if j.over == Granted || j.over == Revoked {
		one.Person, one.Shared, one.At, one.SignedUp = j.person, j.shared, j.at, j.fresh
	}
	if j.over == Granted {
		one.Until = j.consentEnd()
	}
	return one
}

// consentEnd is that of a consent that was given.
func (j *journey) consentEnd() time.Time {
	if j.until.IsZero() {
		return j.at.Add(ConsentLife)
	}
	return j.until
}

// file is what a link leads to.
type file struct {
	document kyc.Document
	format   string // xml, zip or pdf
}

// is says how far the journey is at that time.
func (j *journey) is(now time.Time) State {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.isLocked(now)
}

func (j *journey) isLocked(now time.Time) State {
	switch {
	case j.over == Pending && now.Sub(j.created) > j.life:
		return LinkExpired
	case j.over == Granted && now.After(j.consentEnd()):
		return ConsentExpired
	}
	return j.over
}

// end ends a journey that is still open, and says whether it was. A consent is
// that of person, who is nil otherwise.
func (j *journey) end(now time.Time, how State, person *Person, shared []kyc.Document) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.isLocked(now) != Pending {
		return false
	}
	j.over, j.at, j.person, j.shared, j.visit = how, now, person, shared, visit{}
	j.fresh = person != nil && !j.service.HasAccount(person)
	return true
}

// mark notes what was done, and says whether it was noted before.
func (j *journey) mark(done string) (before bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	before = j.marks[done]
	if j.marks == nil {
		j.marks = map[string]bool{}
	}
	j.marks[done] = true
	return before
}

// Marked says whether that was noted of j until now; see Mark of Exchange.
func (j *Journey) Marked(done string) bool {
	j.whole.mu.Lock()
	defer j.whole.mu.Unlock()
	return j.whole.marks[done]
}

// revoke withdraws a consent. It says whether there was one.
func (j *journey) revoke(now time.Time) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.over != Granted {
		return false
	}
	j.over, j.at = Revoked, now
	return true
}

// store holds the journeys of one provider: the newest ones, up to a limit.
type store struct {
	limit int

	mu          sync.RWMutex
	byID        map[string]*journey
	byReference map[int64]*journey
	byToken     map[string]*journey
	byFile      map[string]link
	order       []*journey // oldest first, from next on when it is full
	next        int
	accounts    map[string]bool // ids of account checks
	checks      []string        // the same, as order
	oldest      int
	counter     int64
}

// Start opens a journey of the caller, who gets the user back at redirect, which may
// be "". It is nil if its id is taken. An empty id becomes the provider's number.
func (x *Exchange) Start(id, redirect string, docs []kyc.Document, flow string) *Journey {
	return x.StartFor(LinkLife, id, redirect, docs, flow)
}

// StartFor is Start for a provider whose callers ask for how long the consent URL lives.
func (x *Exchange) StartFor(life time.Duration, id, redirect string, docs []kyc.Document, flow string) *Journey {
	return x.Open(Opening{ID: id, Redirect: redirect, Documents: docs, Flow: flow, Life: life})
}

// Opening is how a journey begins.
type Opening struct {
	ID, Redirect string
	Documents    []kyc.Document
	Flow         string
	Life         time.Duration // of the consent URL
	Until        time.Time     // the end of the consent; zero: ConsentLife after the user's decision
	Keep         any           // what the behaviour keeps of the journey from its beginning on; see Keep of Exchange
}

// Open is Start for a provider whose callers ask for more.
func (x *Exchange) Open(o Opening) *Journey {
	j := &journey{
		service: x.Service, id: o.ID, reference: x.store.reference(), created: x.Now, life: o.Life, until: o.Until,
		source: x.source, variant: x.varying, token: x.sim.token(), redirect: o.Redirect, requested: o.Documents,
		flow: o.Flow, origin: x.sim.base(x.Request), kept: o.Keep,
	}
	if o.ID == "" {
		j.id = strconv.FormatInt(j.reference, 10)
	}
	if !x.store.add(j) {
		return nil
	}
	return j.snapshot(x.Now)
}

// Find is the journey with that id, nil if there is none.
func (x *Exchange) Find(id string) *Journey { return x.seen(x.store.find(id)) }

// FindReference is the journey with that number of the provider's, nil if there is
// none.
func (x *Exchange) FindReference(n int64) *Journey { return x.seen(x.store.findReference(n)) }

// FindReturn is the newest journey whose user returns to that redirect URL, nil if there is none.
func (x *Exchange) FindReturn(redirect string) *Journey { return x.seen(x.store.findReturn(redirect)) }

// Mark notes that something was done with j, such as a document that is handed out once, and says whether it was
// noted before. A request that is answered otherwise, by a fault or an example that it prefers, notes nothing.
func (x *Exchange) Mark(j *Journey, done string) (before bool) { return j.whole.mark(done) }

// Keep changes what the behaviour keeps of j, such as the tokens that were given: change gets what
// was kept, nil if nothing was, and returns what is kept from then on, which nobody may change
// afterwards. One change of a journey comes after the other. What is kept is in the Kept of every
// Journey that is found later.
func (x *Exchange) Keep(j *Journey, change func(kept any) any) {
	j.whole.mu.Lock()
	defer j.whole.mu.Unlock()
	j.whole.kept = change(j.whole.kept)
}

func (x *Exchange) seen(j *journey) *Journey {
	if j == nil {
		return nil
	}
	return j.snapshot(x.Now)
}

// Revoke withdraws the consent of j. It says whether there was one.
func (x *Exchange) Revoke(j *Journey) bool { return j.whole.revoke(x.Now) }

// Link is a link to a document of j, made or prolonged by FileLife. The format is
// xml, zip (which holds the XML) or pdf.
func (x *Exchange) Link(j *Journey, doc kyc.Document, format string) string {
	token := x.store.link(j.whole, file{doc, format}, x.sim.token(), x.sim.opts.Now(), x.Now.Add(FileLife))
	return j.whole.origin + "/files/" + x.name + "/" + token
}

// File is a document of j as it is handed out without a link, in one of the formats of Link; nil if the provider has
// it not, or not in that format.
func (x *Exchange) File(j *Journey, doc kyc.Document, format string) ([]byte, error) {
	data, err := x.file(link{journey: j.whole, file: file{doc, format}, made: x.sim.opts.Now()})
	if errors.Is(err, errNoFile) {
		return nil, nil
	}
	return data, err
}

// Sign signs text as RS256 does, with the throw-away key that signs the documents.
func (x *Exchange) Sign(text []byte) ([]byte, error) {
	signer, err := x.sim.signer()
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(text)
	return signer.Key.Sign(rand.Reader, sum[:], crypto.SHA256)
}

// Number is a number of the provider's that nothing else has: no journey, no account
// check and no other Number.
func (x *Exchange) Number() int64 { return x.store.reference() }

// Check takes the id of an account check, and gives the provider's number for it.
// It says whether the id was free; journeys have ids of their own.
func (x *Exchange) Check(id string) (reference int64, free bool) {
	if !x.store.addCheck(id) {
		return 0, false
	}
	return x.store.reference(), true
}

// link is a file's link.
type link struct {
	journey *journey
	file    file
	made    time.Time // by the clock of the callers, who judge a signature's time by it
	until   time.Time // by the clock of the simulator
}

// firstReference makes numbers that do not look like counters from 1 on.
const firstReference = 7_480_000

func newStore(limit int) *store {
	return &store{
		limit: limit, byID: map[string]*journey{}, byReference: map[int64]*journey{}, byToken: map[string]*journey{},
		byFile: map[string]link{}, accounts: map[string]bool{}, counter: firstReference,
	}
}

// reference returns a number that no journey and no account check has.
func (s *store) reference() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counter++
	return s.counter
}

// add keeps j, and forgets the oldest journey if there are too many. It says
// whether j's id was free.
func (s *store) add(j *journey) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byID[j.id] != nil {
		return false
	}
	if len(s.order) < s.limit {
		s.order = append(s.order, j)
	} else {
		s.forget(s.order[s.next])
		s.order[s.next] = j
		s.next = (s.next + 1) % s.limit
	}
	s.byID[j.id], s.byToken[j.token] = j, j
	if j.reference != 0 {
		s.byReference[j.reference] = j
	}
	return true
}

func (s *store) forget(j *journey) {
	delete(s.byID, j.id)
	delete(s.byToken, j.token)
	delete(s.byReference, j.reference)
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, token := range j.files {
		delete(s.byFile, token)
	}
}

// addCheck keeps the id of an account check, as add does a journey.
func (s *store) addCheck(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.accounts[id] {
		return false
	}
	if len(s.checks) < s.limit {
		s.checks = append(s.checks, id)
	} else {
		delete(s.accounts, s.checks[s.oldest])
		s.checks[s.oldest] = id
		s.oldest = (s.oldest + 1) % s.limit
	}
	s.accounts[id] = true
	return true
}

// find is the journey with that id, nil if there is none.
func (s *store) find(id string) *journey {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.byID[id]
}

// findReference is the journey with that number, nil if there is none.
func (s *store) findReference(n int64) *journey {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.byReference[n]
}

// findReturn is the newest journey with that redirect URL, nil if there is none.
func (s *store) findReturn(redirect string) *journey {
	for _, j := range s.newest(s.limit) {
		if j.redirect == redirect {
			return j
		}
	}
	return nil
}

// findToken is the journey of that consent page, nil if there is none.
func (s *store) findToken(token string) *journey {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.byToken[token]
}

// newest lists up to n journeys, the newest first.
func (s *store) newest(n int) []*journey {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var all []*journey
	for i := range min(n, len(s.order)) {
		all = append(all, s.order[(s.next-1-i+2*len(s.order))%len(s.order)])
	}
	return all
}

// link makes a link to a file of j with the token fresh, or prolongs the one there
// is. It returns the token of the link.
func (s *store) link(j *journey, f file, fresh string, made, until time.Time) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	j.mu.Lock()
	defer j.mu.Unlock()
	token := j.files[f]
	if token == "" {
		token = fresh
		if j.files == nil {
			j.files = map[file]string{}
		}
		j.files[f] = token
	} else if old, kept := s.byFile[token]; kept {
		made = old.made // the file stays as it is
	}
	if s.byID[j.id] == j { // else it is forgotten, and so are its links
		s.byFile[token] = link{j, f, made, until}
	}
	return token
}

// findFile is the link with that token, if there is one.
func (s *store) findFile(token string) (link, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	l, ok := s.byFile[token]
	return l, ok
}
