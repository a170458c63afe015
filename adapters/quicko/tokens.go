package quicko

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"
	"time"

	"example.com/digilocker/adapters/internal/call"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/wire"
	"example.com/digilocker/gen/quickoapi"
)

// Token is an access token, which each call but authenticate carries.
type Token struct {
	Value     kyc.Private
	ExpiresAt time.Time // zero: not known
}

// Tokens is where an [Adapter] has its access tokens from: a [MemoryTokens], or a source of your own that shares one
// among several machines. It must be safe for concurrent use.
type Tokens interface {
	// Token returns a token for the account. It is asked before each call, with a context of the call's values and end,
	// and returns ctx.Err() once that is over. Its error is that of the call: a *kyc.Error as it is but for Unsent, any
	// other as a kyc.Error of its kind, kyc.ErrCredentials if it is of none, whose text nothing prints. A kind of a
	// journey, such as kyc.ErrExpired for a token that has run out, would end the user's journey: where errors.Is finds
	// one, the call's error is kyc.ErrCredentials, and the source's own is not in it.
	Token(ctx context.Context) (Token, error)
	// Forget is told the token of a call that Quicko refused with 401 or 403, so that it is not handed out for ever. It
	// may be as good as it was: a 403 can be about the account's plan or balance as well, and nothing tells which
	// (SB-D32). It must be quick.
	Forget(Token)
}

const (
	// tokenLife is how long a token lives. Source: https://developer.sandbox.co.in, the guide to authentication; the
	// answer itself does not say.
	tokenLife = 24 * time.Hour
	// renewal is how long before its end a token is renewed.
	renewal = time.Hour
	// between is the shortest time between two fetches, where a token is there that may be good.
	between = time.Minute
	// patience is how long who begins a renewal waits for it, where the token that is there is still good.
	patience = 2 * time.Second
)

// TokenOptions tunes a MemoryTokens; its zero value is ready to use.
type TokenOptions struct {
	// HTTPClient sends authenticate, and is never modified. Default: a client on http.DefaultTransport. A fetch ends
	// after wire.DefaultTimeout, or the client's own if that is shorter.
	HTTPClient *http.Client

	// Credentials says what the account's key and secret are now, so that a rotated secret needs no new MemoryTokens.
	// It is asked each time that a token is, with that context: a token that others brought is replaced. It is as
	// Options.Credentials, and the same function may be both. Nil: NewTokens' argument for ever. With it, NewTokens
	// does not look at that.
	Credentials func(context.Context) (Credentials, error)

	// Now is the clock by which a token's life is counted. Default: time.Now.
	Now func() time.Time
}

// MemoryTokens keeps one token in the memory of this process. It is safe for concurrent use; make one with
// [NewTokens].
//
// A token is fetched when the first is asked for, and anew an hour before its 24 hours are over, counted from before
// it was asked for. Those who wait at the same time share one fetch, which goes on as long as one of them waits,
// whoever began it: their contexts end their waiting, and not the fetch. While credentials rotate, that is one fetch
// for the old and one for the new; the token that was asked for last is kept. A fetch that fails fails for those who
// wait for it, and the next who asks begins another.
//
// In the last hour, the old token is good, and a renewal that fails or hangs costs next to nothing. Who begins it waits
// two seconds for it, or half of the time until the context's deadline if that is less, and then has the old token;
// all others have that at once. The renewal goes on, for the 30 s that a call may last, though nobody waits for it;
// otherwise nothing runs when nobody waits. If it fails, the next is a minute after it began. Only where Quicko itself
// refuses the key or the secret (401), who waits for it and those who ask within that minute have this error.
//
// A token that Forget is told is replaced, unless it is less than a minute old: of an account that is not allowed to
// do something, each call would otherwise fetch another one.
type MemoryTokens struct {
	source func() *source // a closure, into which no printer looks
}

var _ Tokens = (*MemoryTokens)(nil)

// NewTokens returns a source of tokens of the account, from baseURL: Sandbox, Production or a test server, the same as
// New's. With TokenOptions.Credentials, creds may be zero. What cannot work is ErrInvalid, as New says it. No call is
// made.
func NewTokens(baseURL string, creds Credentials, opts TokenOptions) (*MemoryTokens, error) {
	c := call.New(context.Background(), provider, "NewTokens")
	if err := c.Settings(baseURL); err != nil {
		return nil, err
	}
	if opts.Credentials == nil {
		if err := checkBoth(c, creds); err != nil {
			return nil, err
		}
	}
	api, err := quickoapi.NewClientWithResponses(baseURL, quickoapi.WithHTTPClient(wire.Doer{Client: opts.HTTPClient}))
	s := &source{api: api, creds: creds, ask: opts.Credentials, now: opts.Now}
	if s.now == nil {
		s.now = time.Now
	}
	return &MemoryTokens{func() *source { return s }}, err
}

// checkBoth refuses credentials with which no token can be had.
func checkBoth(c *call.Call, creds Credentials) error {
	if err := check(c, creds); err != nil {
		return err
	}
	return c.Values(call.Setting{Name: "APISecret", Value: creds.APISecret.Reveal()})
}

// Token implements [Tokens]. Its errors are of authenticate's answer: kyc.ErrCredentials for a key or a secret that is
// refused, kyc.ErrUnavailable for an outage, kyc.ErrUnexpected for a refusal that is about a journey elsewhere.
func (m *MemoryTokens) Token(ctx context.Context) (Token, error) { return m.source().token(ctx) }

// Forget implements [Tokens].
func (m *MemoryTokens) Forget(t Token) { m.source().forget(t) }

// source is a MemoryTokens at work.
type source struct {
	api   *quickoapi.ClientWithResponses
	creds Credentials
	ask   func(context.Context) (Credentials, error) // nil: creds
	now   func() time.Time

	mu      sync.Mutex
	held    held
	fetches []*fetch // those to wait for: for each credentials at most one, and none that should have ended long ago
}

// held is the token that is there, if it has a Value.
type held struct {
	Token
	creds Credentials
	from  time.Time // before it was asked for
	again time.Time // when a renewal that failed may be tried again
	// that of the renewal, if it refused the key or the secret: until then, nobody is given the token
	refused error
}

// good reports whether it may be handed out to those who have no other.
func (h held) good(creds Credentials, now time.Time) bool {
	return !h.Value.IsZero() && h.creds.equal(creds) && !now.Before(h.from) && now.Before(h.ExpiresAt)
}

// fresh reports whether none is to be fetched.
func (h held) fresh(creds Credentials, now time.Time) bool {
	return h.good(creds, now) && (now.Before(h.ExpiresAt.Add(-renewal)) || now.Before(h.again))
}

// fetch is a call of authenticate that several may wait for.
type fetch struct {
	creds   Credentials
	from    time.Time
	waiting int // guarded by source.mu
	end     context.CancelFunc

	over     chan struct{} // closed once it is, and what follows is written
	token    Token
	err      error
	panicked any
}

func (s *source) token(ctx context.Context) (Token, error) {
	creds := s.creds
	if s.ask != nil {
		var err error
		c := call.New(call.Untraced(ctx), provider, authenticate)
		if creds, err = call.Credentials(c, creds, s.ask, checkBoth); err != nil {
			return Token{}, err
		}
	}
	if err := ctx.Err(); err != nil {
		return Token{}, err
	}
	f, token, err := s.join(creds, s.clock())
	if f == nil {
		return token, err
	}
	var enough <-chan time.Time // never, where there is no other token
	if !token.Value.IsZero() {
		timer := time.NewTimer(patient(ctx))
		defer timer.Stop()
		enough = timer.C
	}
	for waits := true; waits; {
		select {
		case <-f.over:
			waits = false
		case <-enough:
			if old, ok := s.old(creds, s.clock()); ok {
				s.leave(f)
				return old, nil
			}
		case <-ctx.Done():
			s.leave(f)
			return Token{}, ctx.Err()
		}
	}
	if f.panicked != nil {
		panic(f.panicked) // of the caller's Transport: in their goroutine, as at any other call
	}
	if f.err != nil && !final(f.err) {
		if old, ok := s.old(creds, s.clock()); ok {
			return old, nil
		}
	}
	return f.token, f.err
}

// clock is the time of day, as a machine that sleeps does not count its monotonic one.
func (s *source) clock() time.Time { return s.now().Round(0) }

// patient is how long to wait for a renewal with that context, and to have time left for the call.
func patient(ctx context.Context) time.Duration {
	if end, ok := ctx.Deadline(); ok {
		return min(patience, time.Until(end)/2)
	}
	return patience
}

// join is the fetch that the caller has to wait for, and then to leave, and the token to take if that is not over soon;
// or nil, and the token or why there is none.
func (s *source) join(creds Credentials, now time.Time) (*fetch, Token, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held.fresh(creds, now) {
		if s.held.refused != nil {
			return nil, Token{}, s.held.refused
		}
		return nil, s.held.Token, nil
	}
	other := Token{}
	if s.held.good(creds, now) {
		other = s.held.Token
	}
	s.fetches = slices.DeleteFunc(s.fetches, func(f *fetch) bool { return !now.Before(f.from.Add(between)) })
	i := slices.IndexFunc(s.fetches, func(f *fetch) bool { return f.creds.equal(creds) })
	if i >= 0 && !other.Value.IsZero() {
		return nil, other, nil // who began it waits
	}
	if i < 0 {
		ctx, end := context.WithCancel(context.Background()) // of no caller: the others wait on
		f := &fetch{creds: creds, from: now, end: end, over: make(chan struct{})}
		i, s.fetches = len(s.fetches), append(s.fetches, f)
		go s.run(ctx, f)
	}
	s.fetches[i].waiting++
	return s.fetches[i], other, nil
}

// leave ends the fetch that nobody waits for any more, unless it is a renewal, for which nobody has to.
func (s *source) leave(f *fetch) {
	now := s.clock()
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.waiting--; f.waiting > 0 || s.held.good(f.creds, now) {
		return
	}
	f.end()
	s.drop(f)
}

// drop says whether the fetch was one to wait for, which it is no more.
func (s *source) drop(f *fetch) bool {
	n := len(s.fetches)
	s.fetches = slices.DeleteFunc(s.fetches, func(other *fetch) bool { return other == f })
	return len(s.fetches) < n
}

// run is the fetch itself.
func (s *source) run(ctx context.Context, f *fetch) {
	returned := false
	defer func() {
		if !returned {
			f.panicked = recover()
		}
		if !returned && f.panicked == nil { // by runtime.Goexit
			f.err = call.New(ctx, provider, authenticate).Failed(errors.New("the Transport ended its goroutine"))
		}
		s.land(f)
		close(f.over)
	}()
	f.token, f.err = s.authenticate(ctx, f)
	returned = true
}

// land keeps what a fetch has brought, unless it was given up, or a good token is there that was asked for later.
func (s *source) land(f *fetch) {
	now := s.clock()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.drop(f) {
		return
	}
	switch {
	case f.from.Before(s.held.from) && s.held.good(s.held.creds, now):
	case !f.token.Value.IsZero():
		s.held = held{Token: f.token, creds: f.creds, from: f.from}
	case s.held.creds.equal(f.creds):
		s.held.again, s.held.refused = f.from.Add(between), nil
		if final(f.err) {
			s.held.refused = f.err
		}
	}
}

// old is the token that is there, where no other could be had.
func (s *source) old(creds Credentials, now time.Time) (Token, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.held.Token, s.held.good(creds, now)
}

func (s *source) forget(t Token) {
	now := s.clock()
	s.mu.Lock()
	defer s.mu.Unlock()
	young := now.Before(s.held.from.Add(between))
	if s.held.Value.Reveal() == t.Value.Reveal() && !young {
		s.held = held{}
	}
}

// final reports whether err is authenticate's refusal of the key or the secret. All else, be it a proxy's page or a
// limit of the plan, says nothing of a token that is there.
func final(err error) bool {
	_, code := refusal(err)
	return code == unauthorized
}

// longest is how long a token may be, in bytes. Quicko does not say; servers mostly take no longer header.
const longest = 8 << 10

// sendable reports whether a call can be sent with that token.
func sendable(c *call.Call, value string) bool {
	return len(value) <= longest && c.Values(call.Setting{Name: "Token", Value: value}) == nil
}

// authenticate fetches a token. It knows of no journey, and of no request that could be wrong: such a refusal is one
// that nobody documented.
func (s *source) authenticate(ctx context.Context, f *fetch) (Token, error) {
	token, err := s.issued(ctx, f)
	if e, ok := err.(*kyc.Error); ok && ofJourney(e) { //nolint:errorlint // as package call makes it
		e.Kind = kyc.ErrUnexpected
	}
	return token, err
}

// issued is authenticate's answer. The call has no body, and its answer no end of life.
func (s *source) issued(ctx context.Context, f *fetch) (Token, error) {
	c := call.New(ctx, provider, authenticate)
	resp, err := call.Fit(c, quickoapi.ParseAuthenticateResponse)(s.api.AuthenticateWithResponse(c.Context(), nil,
		func(_ context.Context, req *http.Request) error {
			req.Header.Set("x-api-key", f.creds.APIKey.Reveal())
			req.Header.Set("x-api-secret", f.creds.APISecret.Reveal())
			req.Header.Set("x-api-version", apiVersion)
			return nil
		}))
	answer, err := answered(c, resp, err,
		func(r *quickoapi.AuthenticateResponse) *quickoapi.AuthenticateAnswer { return r.JSON200 })
	if err != nil {
		return Token{}, err
	}
	value := ""
	if data := answer.Data; data != nil {
		value = call.Text(data.AccessToken)
	}
	if !sendable(c, value) {
		return Token{}, c.Missing("data.access_token")
	}
	return Token{Value: kyc.Hide(value), ExpiresAt: f.from.Add(tokenLife)}, nil
}
