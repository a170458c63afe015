package quicko_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"example.com/digilocker/adapters/internal/call"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/kyc/kyctest"
	"example.com/digilocker/adapters/quicko"
)

// These are plain tests: in a bubble of synctest, time passes when nothing else happens, and what still runs at the
// end fails the test.

// authority is Quicko's authenticate, which numbers its tokens.
type authority struct {
	t      *testing.T
	calls  atomic.Int32
	takes  time.Duration                                        // of each call
	answer func(n int, r *http.Request) (int, string)           // nil: a token
	before func(n int, r *http.Request) (*http.Response, error) // nil: nothing; a panic, a hang
}

func (a *authority) RoundTrip(r *http.Request) (*http.Response, error) {
	n := int(a.calls.Add(1))
	if r.Method != http.MethodPost || r.URL.String() != "https://quicko.example/base/authenticate" || r.Body != nil {
		a.t.Errorf("%s %s", r.Method, r.URL)
	}
	if r.Header.Get("Authorization") != "" || r.Header.Get("X-Api-Key") == "" || r.Header.Get("X-Api-Secret") == "" {
		a.t.Error("authenticate takes the key and the secret, and no token")
	}
	if r.Header.Get("X-Api-Version") != "1.0.0" { // SB-D26
		a.t.Errorf("authenticate takes the version %q", r.Header.Get("X-Api-Version"))
	}
	if a.before != nil {
		if resp, err := a.before(n, r); resp != nil || err != nil {
			return resp, err
		}
	}
	select {
	case <-time.After(a.takes):
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	status, body := 200, granted(n)
	if a.answer != nil {
		status, body = a.answer(n, r)
	}
	return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

// granted is the answer with the nth token.
func granted(n int) string {
	return fmt.Sprintf(`{"code":200,"data":{"access_token":"token-%d"},"timestamp":1750687659809,`+
		`"transaction_id":"3a31716a-6a4d-4670-83fe-849d8209e35a"}`, n)
}

// source has its tokens from the authority.
func (a *authority) source(change ...func(*quicko.TokenOptions)) *quicko.MemoryTokens {
	a.t.Helper()
	opts := quicko.TokenOptions{HTTPClient: &http.Client{Transport: a}}
	for _, c := range change {
		c(&opts)
	}
	s, err := quicko.NewTokens("https://quicko.example/base", credentials(), opts)
	if err != nil {
		a.t.Fatal(err)
	}
	return s
}

// gives says that the source gives that token, and that so many calls were made.
func (a *authority) gives(ctx context.Context, s quicko.Tokens, want string, calls int32) quicko.Token {
	a.t.Helper()
	got, err := s.Token(ctx)
	if err != nil || got.Value.Reveal() != want {
		a.t.Errorf("token %q, error %v; want %q", got.Value.Reveal(), err, want)
	}
	if n := a.calls.Load(); n != calls {
		a.t.Errorf("%d calls, want %d", n, calls)
	}
	return got
}

// fails says that the source has no token, for a reason of that kind.
func (a *authority) fails(ctx context.Context, s quicko.Tokens, kind kyc.Err, calls int32) *kyc.Error {
	a.t.Helper()
	got, err := s.Token(ctx)
	e := (*kyc.Error)(nil)
	if !errors.As(err, &e) || e.Kind != kind || !got.Value.IsZero() {
		a.t.Fatalf("error %v, want one of kind %q, and no token", err, kind)
	}
	if e.Provider != "quicko" || e.Op != "authenticate" {
		a.t.Errorf("%v: want the operation", err)
	}
	if n := a.calls.Load(); n != calls {
		a.t.Errorf("%d calls, want %d", n, calls)
	}
	kyctest.Silent(a.t, err, apiKey, apiSecret, seed)
	return e
}

// bubble runs a test in which time is its own.
func bubble(t *testing.T, name string, test func(t *testing.T, a *authority)) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) { test(t, &authority{t: t}) })
	})
}

func TestTokens(t *testing.T) {
	bubble(t, "are fetched when the first is asked for, and an hour before their end", func(t *testing.T,
		a *authority) {
		s, began := a.source(), time.Now()
		a.takes = time.Second
		first := a.gives(t.Context(), s, "token-1", 1)
		if !first.ExpiresAt.Equal(began.Add(24 * time.Hour)) {
			t.Errorf("it ends after %v, counted from before it was asked for", first.ExpiresAt.Sub(began))
		}
		time.Sleep(time.Until(began.Add(23*time.Hour - time.Nanosecond)))
		a.gives(t.Context(), s, "token-1", 1)
		time.Sleep(time.Nanosecond)
		a.gives(t.Context(), s, "token-2", 2)
		a.gives(t.Context(), s, "token-2", 2)
	})

	bubble(t, "are fetched once for all who wait", func(t *testing.T, a *authority) {
		s := a.source()
		a.takes = time.Second
		var all sync.WaitGroup
		for range 64 {
			all.Go(func() { a.gives(t.Context(), s, "token-1", 1) })
		}
		all.Wait()
	})

	bubble(t, "come to the others when the one who began leaves", func(t *testing.T, a *authority) {
		s := a.source()
		a.takes = time.Minute / 4
		short, end := context.WithTimeout(t.Context(), time.Second)
		defer end()
		var all sync.WaitGroup
		all.Go(func() {
			if _, err := s.Token(short); err != context.DeadlineExceeded { //nolint:errorlint // ctx.Err() as it is
				t.Errorf("the caller whose context ends has %v", err)
			}
			if time.Now().After(time.Date(2000, 1, 1, 0, 0, 1, 0, time.UTC)) {
				t.Error("it waited longer than its context")
			}
		})
		synctest.Wait()
		all.Go(func() { a.gives(t.Context(), s, "token-1", 1) })
		all.Wait()
	})

	bubble(t, "are fetched no more when nobody waits", func(t *testing.T, a *authority) {
		s, ended := a.source(), make(chan time.Time, 1)
		a.before = func(_ int, r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			ended <- time.Now()
			return nil, r.Context().Err()
		}
		began := time.Now()
		var all sync.WaitGroup
		for i := range 3 {
			ctx, end := context.WithTimeout(t.Context(), time.Duration(i+1)*time.Second)
			defer end()
			all.Go(func() { _, _ = s.Token(ctx) })
		}
		all.Wait()
		if after := (<-ended).Sub(began); after != 3*time.Second {
			t.Errorf("the fetch ended after %v, and the last left after 3s", after)
		}
		a.before = nil
		a.gives(t.Context(), s, "token-2", 2)
	})

	bubble(t, "that nobody waits for are not waited for by who comes next, however long they take to end",
		func(t *testing.T, a *authority) {
			s := a.source()
			a.takes = 20 * time.Second
			a.before = func(n int, r *http.Request) (*http.Response, error) {
				if n == 1 { // as a Transport that is slow to obey
					<-r.Context().Done()
					time.Sleep(10 * time.Second)
				}
				return nil, nil
			}
			short, end := context.WithTimeout(t.Context(), time.Second)
			defer end()
			_, _ = s.Token(short)
			var all sync.WaitGroup
			all.Go(func() { a.gives(t.Context(), s, "token-2", 2) })
			time.Sleep(12 * time.Second) // by now the first has come to its end
			all.Go(func() { a.gives(t.Context(), s, "token-2", 2) })
			all.Wait()
			a.gives(t.Context(), s, "token-2", 2)
		})

	bubble(t, "are not waited for longer than a call may last", func(t *testing.T, a *authority) {
		s := a.source()
		a.before = func(_ int, r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		}
		began := time.Now()
		a.fails(t.Context(), s, kyc.ErrUnavailable, 1)
		if waited := time.Since(began); waited != 30*time.Second {
			t.Errorf("waited for %v", waited)
		}
	})

	bubble(t, "are asked for in vain with a context that is over", func(t *testing.T, a *authority) {
		over, end := context.WithCancel(t.Context())
		end()
		s := a.source()
		if _, err := s.Token(over); err != context.Canceled { //nolint:errorlint // ctx.Err() as it is
			t.Error(err)
		}
		a.gives(t.Context(), s, "token-1", 1)
		if _, err := s.Token(over); err != context.Canceled { //nolint:errorlint // ctx.Err() as it is
			t.Error(err)
		}
	})

	bubble(t, "are no call of those that an observer is told of", func(t *testing.T, a *authority) {
		s := a.source(func(o *quicko.TokenOptions) {
			o.Credentials = func(context.Context) (quicko.Credentials, error) { return credentials(), nil }
		})
		traced, trace := call.WithTrace(t.Context())
		a.gives(traced, s, "token-1", 1)
		if _, op, _, ok := trace.Last(); ok {
			t.Errorf("a call of %s was noted", op)
		}
	})
}

func TestTokensThatCannotBeHad(t *testing.T) {
	for _, try := range []struct {
		name   string
		status int
		body   string
		kind   kyc.Err
	}{
		{"refused", 401, refusal(401, seed), kyc.ErrCredentials},
		{"not allowed", 403, refusal(403, seed), kyc.ErrNotAllowed},
		{"too often", 429, refusal(429, seed), kyc.ErrRateLimited},
		{"down", 503, refusal(503, seed), kyc.ErrUnavailable},
		{"down behind a gateway", 502, `<html>` + seed, kyc.ErrUnavailable},
		{"refused in a success", 200, refusal(401, seed), kyc.ErrCredentials},
		{"refused in a success with a token", 200, strings.Replace(granted(9), "200", "403", 1), kyc.ErrNotAllowed},
		{"without data", 200, `{"code":200}`, kyc.ErrUnexpected},
		{"without a token", 200, `{"code":200,"data":{}}`, kyc.ErrUnexpected},
		{"with a token of 9 KB", 200, `{"code":200,"data":{"access_token":"` + strings.Repeat("a", 9<<10) + `"}}`,
			kyc.ErrUnexpected},
		{"with a token that no header can have", 200, `{"code":200,"data":{"access_token":"` + seed + ` \n"}}`,
			kyc.ErrUnexpected},
	} {
		bubble(t, try.name+", are asked for anew by the next", func(t *testing.T, a *authority) {
			a.answer = func(n int, _ *http.Request) (int, string) {
				if n > 2 {
					return 200, granted(n)
				}
				return try.status, try.body
			}
			s := a.source()
			if e := a.fails(t.Context(), s, try.kind, 1); e.Status != try.status {
				t.Errorf("%v: want its status", e)
			}
			a.fails(t.Context(), s, try.kind, 2)
			a.gives(t.Context(), s, "token-3", 3)
		})
	}

	bubble(t, "fail alike for all who wait", func(t *testing.T, a *authority) {
		a.takes = time.Second
		a.answer = func(int, *http.Request) (int, string) { return 401, refusal(401, seed) }
		s := a.source()
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() { a.fails(t.Context(), s, kyc.ErrCredentials, 1) })
		}
		all.Wait()
	})

	bubble(t, "panic in the goroutine of each who waits, and of nobody else", func(t *testing.T, a *authority) {
		a.before = func(n int, _ *http.Request) (*http.Response, error) {
			if n == 1 {
				time.Sleep(time.Second)
				panic("the Transport's own")
			}
			return nil, nil
		}
		s := a.source()
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				defer func() {
					if p := recover(); p != "the Transport's own" {
						t.Errorf("recovered %v", p)
					}
				}()
				_, _ = s.Token(t.Context())
			})
		}
		all.Wait()
		a.gives(t.Context(), s, "token-2", 2)
	})

	bubble(t, "end the waiting even if the Transport ends its goroutine", func(t *testing.T, a *authority) {
		a.before = func(n int, _ *http.Request) (*http.Response, error) {
			if n == 1 {
				runtime.Goexit()
			}
			return nil, nil
		}
		s := a.source()
		a.fails(t.Context(), s, kyc.ErrUnexpected, 1)
		a.gives(t.Context(), s, "token-2", 2)
	})
}

func TestTokensInTheirLastHour(t *testing.T) {
	old := func(t *testing.T, a *authority) *quicko.MemoryTokens {
		t.Helper()
		s := a.source()
		a.gives(t.Context(), s, "token-1", 1)
		time.Sleep(23 * time.Hour)
		return s
	}

	for _, try := range []struct {
		name   string
		status int
		body   string
		kind   kyc.Err // of authenticate's error, once the old one has run out
	}{
		{"an outage", 503, refusal(503, seed), kyc.ErrUnavailable},
		{"a limit", 429, refusal(429, seed), kyc.ErrRateLimited},
		{"a limit of the plan", 403, refusal(403, seed), kyc.ErrNotAllowed},
		{"a firewall's page", 403, "<html>" + seed, kyc.ErrNotAllowed},
		{"a proxy's page", 401, "<html>" + seed, kyc.ErrCredentials},
		{"a proxy's null", 401, "null", kyc.ErrCredentials},
		{"a page to log in", 200, "<html>" + seed, kyc.ErrUnexpected},
		{"a redirect", 302, "", kyc.ErrUnexpected},
		{"a page that is not there", 404, "<html>" + seed, kyc.ErrUnexpected},
		{"a word on a session", 521, refusal(521, seed), kyc.ErrUnexpected},
		{"a word on the time", 523, refusal(523, seed), kyc.ErrUnexpected},
		{"an answer without a token", 200, `{"code":200,"data":{}}`, kyc.ErrUnexpected},
	} {
		bubble(t, "are handed out while "+try.name+" keeps from another one, which is tried once a minute",
			func(t *testing.T, a *authority) {
				s, down := old(t, a), true
				a.answer = func(n int, _ *http.Request) (int, string) {
					if down {
						return try.status, try.body
					}
					return 200, granted(n)
				}
				a.gives(t.Context(), s, "token-1", 2)
				time.Sleep(time.Minute - time.Nanosecond)
				a.gives(t.Context(), s, "token-1", 2)
				time.Sleep(time.Nanosecond)
				a.gives(t.Context(), s, "token-1", 3)
				time.Sleep(59 * time.Minute)
				if a.calls.Load() != 3 {
					t.Error("nobody asked, and a call was made")
				}
				a.takes = time.Second // by its end, the old one has run out
				a.fails(t.Context(), s, try.kind, 4)
				down = false
				a.gives(t.Context(), s, "token-5", 5)
			})
	}

	bubble(t, "are not handed out where the credentials are refused", func(t *testing.T, a *authority) {
		s := old(t, a)
		a.answer = func(n int, _ *http.Request) (int, string) {
			if n < 4 {
				return 401, refusal(401, seed)
			}
			return 503, refusal(503, seed)
		}
		a.fails(t.Context(), s, kyc.ErrCredentials, 2)
		time.Sleep(time.Minute - time.Nanosecond)
		a.fails(t.Context(), s, kyc.ErrCredentials, 2)
		time.Sleep(time.Nanosecond)
		a.fails(t.Context(), s, kyc.ErrCredentials, 3)
		time.Sleep(time.Minute)
		a.gives(t.Context(), s, "token-1", 4) // as the last word is no refusal
		time.Sleep(time.Minute - time.Nanosecond)
		a.gives(t.Context(), s, "token-1", 4)
	})

	bubble(t, "are handed out to who has the credentials of old, whatever is refused to who has others", func(
		t *testing.T, a *authority) {
		type others struct{}
		s := a.source(func(o *quicko.TokenOptions) {
			o.Credentials = func(ctx context.Context) (quicko.Credentials, error) {
				if ctx.Value(others{}) != nil {
					return quicko.Credentials{APIKey: kyc.Hide("key-2"), APISecret: kyc.Hide("secret-2")}, nil
				}
				return credentials(), nil
			}
		})
		a.gives(t.Context(), s, "token-1", 1)
		time.Sleep(23 * time.Hour)
		a.answer = func(int, *http.Request) (int, string) { return 401, refusal(401, seed) }
		a.fails(context.WithValue(t.Context(), others{}, true), s, kyc.ErrCredentials, 2)
		a.answer = nil
		a.gives(t.Context(), s, "token-3", 3)
	})

	bubble(t, "are handed out to who comes after one that left without another", func(t *testing.T, a *authority) {
		s := old(t, a)
		a.takes = 40 * time.Second // longer than a call may last
		short, end := context.WithTimeout(t.Context(), 5*time.Second)
		time.AfterFunc(time.Second, end)
		if _, err := s.Token(short); err != context.Canceled { //nolint:errorlint // ctx.Err() as it is
			t.Error(err)
		}
		a.gives(t.Context(), s, "token-1", 2)
		time.Sleep(time.Minute)
		synctest.Wait()
		a.takes = time.Second
		a.gives(t.Context(), s, "token-3", 3)
	})
}

func TestTokensThatAreForgotten(t *testing.T) {
	bubble(t, "are fetched anew", func(t *testing.T, a *authority) {
		s := a.source()
		first := a.gives(t.Context(), s, "token-1", 1)
		time.Sleep(time.Minute)
		s.Forget(first)
		a.gives(t.Context(), s, "token-2", 2)
		s.Forget(first) // once more, by another call
		time.Sleep(time.Minute)
		s.Forget(first)
		a.gives(t.Context(), s, "token-2", 2)
	})

	bubble(t, "stay while they are less than a minute old, as another would be no better", func(t *testing.T,
		a *authority) {
		s := a.source()
		first := a.gives(t.Context(), s, "token-1", 1)
		time.Sleep(time.Minute - time.Nanosecond)
		s.Forget(first)
		a.gives(t.Context(), s, "token-1", 1)
	})

	bubble(t, "are not handed out in an outage", func(t *testing.T, a *authority) {
		s := a.source()
		first := a.gives(t.Context(), s, "token-1", 1)
		time.Sleep(23 * time.Hour)
		s.Forget(first)
		a.answer = func(int, *http.Request) (int, string) { return 503, refusal(503, seed) }
		a.fails(t.Context(), s, kyc.ErrUnavailable, 2)
	})
}

func TestTokensAndTheClock(t *testing.T) {
	now := noon
	clock := func(o *quicko.TokenOptions) { o.Now = func() time.Time { return now } }

	t.Run("are fetched anew when the clock is set back to before they were", func(t *testing.T) {
		a := &authority{t: t}
		s := a.source(clock)
		a.gives(t.Context(), s, "token-1", 1)
		now = now.Add(-time.Second)
		a.gives(t.Context(), s, "token-2", 2)
		now = now.Add(23*time.Hour - 1)
		a.gives(t.Context(), s, "token-2", 2)
		now = now.Add(24 * time.Hour) // the machine slept
		a.gives(t.Context(), s, "token-3", 3)
	})

	t.Run("are counted by the time of day, as a machine that sleeps does not count its other clock",
		func(t *testing.T) {
			a := &authority{t: t}
			token := a.gives(t.Context(), a.source(), "token-1", 1)
			if token.ExpiresAt != token.ExpiresAt.Round(0) { // not Equal, which leaves the other clock out
				t.Error("the end has a monotonic reading, by which it would be compared")
			}
		})

	for _, try := range []struct {
		name   string
		creds  quicko.Credentials
		cause  error
		member string
	}{
		{"as the function fails", credentials(), errors.New("vault says " + seed), ""},
		{"as the secret is missing", quicko.Credentials{APIKey: kyc.Hide(apiKey)}, nil, "APISecret"},
		{"as the key is missing", quicko.Credentials{APISecret: kyc.Hide(apiSecret)}, nil, "APIKey"},
		{"as the secret is no header's value",
			quicko.Credentials{APIKey: kyc.Hide(apiKey), APISecret: kyc.Hide(seed + "\n")}, nil, "APISecret"},
	} {
		bubble(t, "are not fetched "+try.name, func(t *testing.T, a *authority) {
			s := a.source(func(o *quicko.TokenOptions) {
				o.Credentials = func(got context.Context) (quicko.Credentials, error) {
					if got.Value(callers{}) != true {
						t.Error("another context than the caller's")
					}
					return try.creds, try.cause
				}
			})
			e := a.fails(context.WithValue(t.Context(), callers{}, true), s, kyc.ErrCredentials, 0)
			if e.Member != try.member || try.cause != nil && !errors.Is(e, try.cause) {
				t.Errorf("%v: want the member %q, and the cause", e, try.member)
			}
		})
	}
}

// callers is the key of a value in the caller's context.
type callers struct{}

func TestNewTokens(t *testing.T) {
	for _, try := range []struct {
		name, base, member string
		creds              quicko.Credentials
	}{
		{"a base URL that is none", "quicko.example", "baseURL", credentials()},
		{"no key", quicko.Sandbox, "APIKey", quicko.Credentials{APISecret: kyc.Hide(apiSecret)}},
		{"no secret", quicko.Sandbox, "APISecret", quicko.Credentials{APIKey: kyc.Hide(apiKey)}},
		{"a secret with a line break", quicko.Sandbox, "APISecret",
			quicko.Credentials{APIKey: kyc.Hide(apiKey), APISecret: kyc.Hide(apiSecret + "\n")}},
	} {
		t.Run("refuses "+try.name, func(t *testing.T) {
			s, err := quicko.NewTokens(try.base, try.creds, quicko.TokenOptions{})
			e := (*kyc.Error)(nil)
			if !errors.As(err, &e) || e.Kind != kyc.ErrInvalid || e.Member != try.member || s != nil {
				t.Errorf("%v, %v", s, err)
			}
			kyctest.Silent(t, err, apiKey, apiSecret)
		})
	}

	t.Run("shows nothing of what it holds", func(t *testing.T) {
		a := &authority{t: t}
		opts := quicko.TokenOptions{HTTPClient: &http.Client{Transport: a}}
		s := a.source()
		token := a.gives(t.Context(), s, "token-1", 1)
		adapter, err := quicko.New(quicko.Sandbox, credentials(), quicko.Options{Tokens: s})
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range []any{s, *s, token, &token, adapter, opts, credentials()} {
			kyctest.Silent(t, v, "token-1", apiKey, apiSecret)
		}
	})
}
