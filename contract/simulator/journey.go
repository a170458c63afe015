package simulator

import (
	"slices"
	"sync"
	"time"

	"example.com/digilocker/adapters/kyc"
)

// How long things last, by the clock of the simulator. The first three are
// Cashfree's, published; the others publish none.
const (
	LinkLife    = 10 * time.Minute // of a consent URL, from the start of its journey
	ConsentLife = time.Hour        // of a consent
	FileLife    = 48 * time.Hour   // of a file's link, from the answer that has it
	// RequestLife is how long Setu keeps a request that was consented to, counted
	// from then. A file's link may outlive it, as one at a file store does.
	RequestLife = 48 * time.Hour
	// Validation is how long the documents of the person Slow are being checked
	// after consent.
	Validation = 30 * time.Second
)

// state is how far a journey is.
type state int

const (
	pending state = iota
	granted
	denied
	revoked
	unused // nobody acted while the consent URL was good
	lapsed // the consent ran out
)

// journey is one user's way through the consent page. Its first group of fields
// never changes; mu guards the others.
type journey struct {
	provider  *provider
	id        string // by which the caller asks for it
	reference int64  // the provider's own number; 0 if it has none
	token     string // of the consent page
	created   time.Time
	source    string // the publication preferred when it was started
	redirect  string // "" if the caller gave none
	requested []kyc.Document
	flow      string // signin, signup or ""
	origin    string // scheme and host that the caller knows the simulator by

	mu     sync.Mutex
	over   state // pending, granted, denied or revoked: what was done, whatever the time
	at     time.Time
	person *Person
	shared []kyc.Document
	visit  visit
	files  map[file]string // token of each file's link
	whole  *journey        // of a snapshot, what it is of
}

// snapshot is the journey as it is now, for an answer that must not be torn by what
// the user does meanwhile. Only what changes the journey goes to whole.
func (j *journey) snapshot() *journey {
	j.mu.Lock()
	defer j.mu.Unlock()
	return &journey{
		provider: j.provider, id: j.id, reference: j.reference, token: j.token, created: j.created, source: j.source,
		redirect: j.redirect, requested: j.requested, flow: j.flow, origin: j.origin,
		over: j.over, at: j.at, person: j.person, shared: j.shared, whole: j,
	}
}

// file is what a link leads to.
type file struct {
	document kyc.Document
	format   string // xml, zip or pdf
}

// is says how far the journey is at that time.
func (j *journey) is(now time.Time) state {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.isLocked(now)
}

func (j *journey) isLocked(now time.Time) state {
	switch {
	case j.over == pending && now.Sub(j.created) > LinkLife:
		return unused
	case j.over == granted && now.Sub(j.at) > ConsentLife:
		return lapsed
	}
	return j.over
}

// end ends a journey that is still open, and says whether it was. A consent is
// that of person, who is nil otherwise.
func (j *journey) end(now time.Time, how state, person *Person, shared []kyc.Document) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.isLocked(now) != pending {
		return false
	}
	j.over, j.at, j.person, j.shared, j.visit = how, now, person, shared, visit{}
	return true
}

// revoke withdraws a consent. It says whether there was one.
func (j *journey) revoke(now time.Time) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.over != granted {
		return false
	}
	j.over, j.at = revoked, now
	return true
}

// consent is who consented to what, and when; the person is nil before.
func (j *journey) consent() (*Person, []kyc.Document, time.Time) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.over != granted && j.over != revoked {
		return nil, nil, time.Time{}
	}
	return j.person, j.shared, j.at
}

// has says whether the user shared that document.
func (j *journey) has(doc kyc.Document) bool {
	_, shared, _ := j.consent()
	return slices.Contains(shared, doc)
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
