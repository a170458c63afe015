package quicko_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/quicko"
)

// hang is an authenticate that does not answer.
func hang(_ int, r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// lastHour is a source whose token lives for another hour.
func (a *authority) lastHour(change ...func(*quicko.TokenOptions)) *quicko.MemoryTokens {
	a.t.Helper()
	s := a.source(change...)
	a.gives(a.t.Context(), s, "token-1", 1)
	time.Sleep(23 * time.Hour)
	return s
}

// givesAfter is gives, and says how long that takes.
func (a *authority) givesAfter(ctx context.Context, s quicko.Tokens, want string, calls int32, wait time.Duration) {
	a.t.Helper()
	began := time.Now()
	a.gives(ctx, s, want, calls)
	if waited := time.Since(began); waited != wait {
		a.t.Errorf("waited for %v, want %v", waited, wait)
	}
}

func TestTokensWhileARenewalHangs(t *testing.T) {
	bubble(t, "are the old ones: at once but for the one who began it, who waits for two seconds", func(t *testing.T,
		a *authority) {
		s := a.lastHour()
		a.before = hang
		var all sync.WaitGroup
		all.Go(func() { a.givesAfter(t.Context(), s, "token-1", 2, 2*time.Second) })
		synctest.Wait()
		for range 50 {
			a.givesAfter(t.Context(), s, "token-1", 2, 0)
		}
		all.Wait()
		time.Sleep(10 * time.Second)
		a.givesAfter(t.Context(), s, "token-1", 2, 0)
		time.Sleep(48*time.Second - time.Nanosecond) // by now it is over
		a.givesAfter(t.Context(), s, "token-1", 2, 0)
		time.Sleep(time.Nanosecond)
		a.givesAfter(t.Context(), s, "token-1", 3, 2*time.Second)
		time.Sleep(28 * time.Second) // that ends, too
	})

	bubble(t, "are the old ones for who began it after half of what the context leaves, to call with the rest", func(
		t *testing.T, a *authority) {
		s := a.lastHour()
		a.before = hang
		short, end := context.WithTimeout(t.Context(), time.Second)
		defer end()
		a.givesAfter(short, s, "token-1", 2, time.Second/2)
		time.Sleep(30 * time.Second)
	})

	bubble(t, "are none for who began it and whose context is cancelled meanwhile", func(t *testing.T, a *authority) {
		s := a.lastHour()
		a.takes = 3 * time.Second
		short, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		if _, err := s.Token(short); err != context.Canceled { //nolint:errorlint // ctx.Err() as it is
			t.Error(err)
		}
		a.givesAfter(t.Context(), s, "token-1", 2, 0)
		time.Sleep(2 * time.Second)
		synctest.Wait()
		a.gives(t.Context(), s, "token-2", 2) // what that one began comes to the others
	})

	bubble(t, "are the new ones for all as soon as it brings one, though nobody waits any more", func(t *testing.T,
		a *authority) {
		s := a.lastHour()
		a.takes = 20 * time.Second
		a.givesAfter(t.Context(), s, "token-1", 2, 2*time.Second)
		time.Sleep(18*time.Second - time.Nanosecond)
		a.gives(t.Context(), s, "token-1", 2)
		time.Sleep(time.Nanosecond)
		synctest.Wait()
		a.gives(t.Context(), s, "token-2", 2)
	})

	bubble(t, "are the new ones for all who come once the old one has run out, and for who began it before", func(
		t *testing.T, a *authority) {
		s := a.lastHour()
		time.Sleep(time.Hour - time.Second)
		a.takes = 5 * time.Second
		var all sync.WaitGroup
		all.Go(func() { a.givesAfter(t.Context(), s, "token-2", 2, 5*time.Second) })
		time.Sleep(time.Second)
		for range 8 {
			all.Go(func() { a.givesAfter(t.Context(), s, "token-2", 2, 4*time.Second) })
		}
		all.Wait()
	})

	bubble(t, "are fetched for as long as a call may last, and no longer", func(t *testing.T, a *authority) {
		s, ended := a.lastHour(), make(chan time.Time, 1)
		a.before = func(n int, r *http.Request) (*http.Response, error) {
			defer func() { ended <- time.Now() }()
			return hang(n, r)
		}
		began := time.Now()
		a.gives(t.Context(), s, "token-1", 2)
		if after := (<-ended).Sub(began); after != 30*time.Second {
			t.Errorf("it ended after %v", after)
		}
	})

	bubble(t, "are fetched no more when the old one has run out and nobody waits", func(t *testing.T, a *authority) {
		s, ended := a.lastHour(), make(chan time.Time, 1)
		time.Sleep(time.Hour - 3*time.Second)
		a.before = func(n int, r *http.Request) (*http.Response, error) {
			defer func() { ended <- time.Now() }()
			return hang(n, r)
		}
		began := time.Now()
		a.gives(t.Context(), s, "token-1", 2)
		time.Sleep(2 * time.Second)
		short, end := context.WithTimeout(t.Context(), time.Second)
		defer end()
		if _, err := s.Token(short); err != context.DeadlineExceeded { //nolint:errorlint // ctx.Err() as it is
			t.Error(err)
		}
		if after := (<-ended).Sub(began); after != 5*time.Second {
			t.Errorf("it ended after %v, and the last left after 5s", after)
		}
		a.before = nil
		a.gives(t.Context(), s, "token-3", 3)
	})

	bubble(t, "are fetched anew a minute later, though a Transport does not obey and goes on", func(t *testing.T,
		a *authority) {
		s, free := a.lastHour(), make(chan struct{})
		a.before = func(n int, _ *http.Request) (*http.Response, error) {
			if n == 2 {
				<-free
			}
			return nil, nil
		}
		a.givesAfter(t.Context(), s, "token-1", 2, 2*time.Second)
		time.Sleep(58*time.Second - time.Nanosecond)
		a.givesAfter(t.Context(), s, "token-1", 2, 0)
		time.Sleep(time.Nanosecond)
		a.gives(t.Context(), s, "token-3", 3)
		close(free)
		synctest.Wait()
		a.gives(t.Context(), s, "token-3", 3)
	})

	bubble(t, "are the old ones, though the renewal before was refused", func(t *testing.T, a *authority) {
		s := a.lastHour()
		a.answer = func(int, *http.Request) (int, string) { return 401, refusal(401, seed) }
		a.fails(t.Context(), s, kyc.ErrCredentials, 2)
		time.Sleep(time.Minute)
		a.before = hang
		short, end := context.WithTimeout(t.Context(), time.Second)
		defer end()
		_, _ = s.Token(short)
		a.gives(t.Context(), s, "token-1", 3)
		time.Sleep(30 * time.Second)
		a.gives(t.Context(), s, "token-1", 3)
	})
}

// turn is the key of a value in the caller's context: which secret it has.
type turn struct{}

// inTurn is a source that has the secret from the caller's context.
func (a *authority) inTurn() *quicko.MemoryTokens {
	a.t.Helper()
	return a.source(func(o *quicko.TokenOptions) {
		o.Credentials = func(ctx context.Context) (quicko.Credentials, error) {
			secret := kyc.Hide(fmt.Sprint("secret-", ctx.Value(turn{})))
			return quicko.Credentials{APIKey: kyc.Hide(apiKey), APISecret: secret}, nil
		}
	})
}

func TestTokensOfTwoSecretsInTurn(t *testing.T) {
	bubble(t, "are fetched once for each, for all who wait", func(t *testing.T, a *authority) {
		s := a.inTurn()
		a.takes = time.Second
		a.answer = func(_ int, r *http.Request) (int, string) {
			return 200, strings.Replace(granted(0), "token-0", "token-of-"+r.Header.Get("X-Api-Secret"), 1)
		}
		var all sync.WaitGroup
		for i := range 40 {
			with := context.WithValue(t.Context(), turn{}, i%2)
			all.Go(func() { a.givesAfter(with, s, fmt.Sprint("token-of-secret-", i%2), 2, time.Second) })
			synctest.Wait()
		}
		all.Wait()
	})

	bubble(t, "are fetched no more for one whom nobody waits for, and go on for the other", func(t *testing.T,
		a *authority) {
		s := a.inTurn()
		a.takes = 5 * time.Second
		ended := make(chan time.Time, 1)
		a.before = func(n int, r *http.Request) (*http.Response, error) {
			if n > 1 {
				return nil, nil
			}
			defer func() { ended <- time.Now() }()
			return hang(n, r)
		}
		began := time.Now()
		short, end := context.WithTimeout(context.WithValue(t.Context(), turn{}, 1), time.Second)
		defer end()
		var all sync.WaitGroup
		all.Go(func() { _, _ = s.Token(short) })
		synctest.Wait()
		all.Go(func() {
			a.givesAfter(context.WithValue(t.Context(), turn{}, 2), s, "token-2", 2, 5*time.Second)
		})
		all.Wait()
		if after := (<-ended).Sub(began); after != time.Second {
			t.Errorf("the first ended after %v", after)
		}
	})
	bubble(t, "are kept if they were asked for last, not if they come last", func(t *testing.T, a *authority) {
		s := a.inTurn()
		a.before = func(n int, _ *http.Request) (*http.Response, error) {
			time.Sleep(time.Duration(10-3*n) * time.Second)
			return nil, nil
		}
		older := context.WithValue(t.Context(), turn{}, "old")
		newer := context.WithValue(t.Context(), turn{}, "new")
		var all sync.WaitGroup
		all.Go(func() { a.givesAfter(older, s, "token-1", 2, 7*time.Second) })
		time.Sleep(time.Second)
		all.Go(func() { a.givesAfter(newer, s, "token-2", 2, 4*time.Second) })
		all.Wait()
		a.givesAfter(newer, s, "token-2", 2, 0)
	})
}
