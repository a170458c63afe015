// Package shop is the verb shop. It shows how a web application uses a DigiLocker
// journey: start, return, wait, fetch, verify, show. The journey is in shop.go;
// documents.go decides whether a document can be believed, and pages.go tells the user in
// plain words what came of it. None of them knows of the simulator. main.go runs one
// beside the shop, so that everything can be tried without an account.
//
//	digilocker shop [-addr 127.0.0.1:8443] [-provider NAME]
//
// Its exit status is 0 after an interrupt, 1 when it could not serve and 2 when it
// was called wrongly.
package shop

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"sync"
	"time"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/signedfile"
	"example.com/digilocker/adapters/wire"
)

// Config is what a Shop works with; all of it is required.
type Config struct {
	Provider  kyc.Provider
	Checker   *signedfile.Checker
	Origin    string         // scheme and host of the shop, which is not taken from requests: anyone can write those
	Documents []kyc.Document // that the shop asks for
	Wait      kyc.Budget     // of one visit: the user is looking at a blank page meanwhile
	Limits    wire.Limits    // of each call, for the same reason
	Log       *slog.Logger
}

// Shop verifies its customers by DigiLocker. Make one with NewShop.
type Shop struct {
	Config
	http.Handler

	mu       sync.Mutex
	sessions map[string]*session // by cookie; a real shop keeps them where they survive a restart
}

// session is one journey of one browser.
type session struct {
	ref   kyc.Ref
	begun time.Time
	told  *kyc.Consent // by a webhook; guarded by Shop.mu

	mu       sync.Mutex   // held during a visit: calls are billed, and two tabs must not make them twice
	consent  *kyc.Consent // what was last seen of the journey
	findings []finding    // of the first of Shop.Documents; complete, they are shown whenever the user returns
}

const (
	cookieName  = "__Host-journey" // browsers then insist on Secure and on this host
	sessionLife = time.Hour        // no consent is asked to last longer, and no personal data should
	maxWebhook  = 1 << 20          // bytes
)

// NewShop returns a Shop, which is a handler for all of its pages.
func NewShop(c Config) *Shop {
	mux := http.NewServeMux()
	s := &Shop{Config: c, Handler: mux, sessions: map[string]*session{}}
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		p := welcome
		for _, doc := range s.Documents {
			p.Asked = append(p.Asked, names[doc])
		}
		s.show(w, p)
	})
	mux.HandleFunc("GET /style.css", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/css; charset=utf-8")
		_, _ = io.WriteString(w, style)
	})
	mux.Handle("POST /start", http.NewCrossOriginProtection().Handler(http.HandlerFunc(s.start)))
	mux.HandleFunc("GET /back", s.back)
	if parser, ok := kyc.As[kyc.WebhookParser](c.Provider); ok {
		mux.Handle("POST /webhook", http.MaxBytesHandler(s.webhook(parser), maxWebhook))
	}
	return s
}

// start opens a journey and sends the user on.
func (s *Shop) start(w http.ResponseWriter, r *http.Request) {
	consent, err := s.Provider.Start(wire.WithLimits(r.Context(), s.Limits), kyc.StartRequest{
		ID: rand.Text()[:20], Documents: s.Documents, ReturnTo: s.Origin + "/back", // 20 characters are taken by each provider
	})
	if err == nil && consent.URL.IsZero() {
		err = fmt.Errorf("start: %w: no URL to send the user to", kyc.ErrUnexpected)
	}
	if err != nil {
		s.show(w, s.explain(r.Context(), err))
		return
	}
	cookie := rand.Text() // a new one each time, so that nobody can plant one
	s.mu.Lock()
	s.sessions[cookie] = &session{ref: consent.Ref, begun: time.Now(), consent: consent}
	s.mu.Unlock()
	http.SetCookie(w, &http.Cookie{
		Name: cookieName, Value: cookie, Path: "/", MaxAge: int(sessionLife.Seconds()),
		HttpOnly: true, Secure: true, SameSite: http.SameSiteLaxMode, // Lax, as Strict is not sent on the way back
	})
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, consent.URL.Reveal(), http.StatusSeeOther)
}

// back is where the user returns to, and comes again until there is an outcome.
func (s *Shop) back(w http.ResponseWriter, r *http.Request) {
	one := s.session(r)
	if one == nil {
		s.show(w, stranger)
		return
	}
	one.mu.Lock()
	defer one.mu.Unlock()
	s.show(w, s.visit(wire.WithLimits(r.Context(), s.Limits), one, r.URL))
}

// session is that of the browser, nil if it has none or its time is over.
func (s *Shop) session(r *http.Request) *session {
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.DeleteFunc(s.sessions, func(_ string, one *session) bool { return time.Since(one.begun) > sessionLife })
	cookie, err := r.Cookie(cookieName)
	if err != nil {
		return nil
	}
	return s.sessions[cookie.Value]
}

// visit goes as far with the journey as it is possible now.
func (s *Shop) visit(ctx context.Context, one *session, address *url.URL) page {
	said := kyc.Return{Ref: one.ref}
	if parser, ok := kyc.As[kyc.ReturnParser](s.Provider); ok {
		var err error
		if said, err = parser.ParseReturn(one.ref, address); err != nil {
			return elsewhere
		}
	}
	// Anyone can write an address: what it says counts for this visit and is not kept.
	err := s.proceed(ctx, one, said)
	switch {
	case err == nil:
		return page{Title: "Your documents", Status: http.StatusOK, Findings: one.findings}
	case said.State == kyc.Denied && !one.consent.State.Final():
		return hesitant
	case errors.Is(err, kyc.ErrNotFound): // the Ref was good until the address added to it
		return elsewhere
	default:
		return s.explain(ctx, err)
	}
}

// proceed waits for the user's decision and reads the documents. It keeps in the
// session what it has, as a visit may end in between.
func (s *Shop) proceed(ctx context.Context, one *session, said kyc.Return) error {
	s.mu.Lock()
	if one.told != nil && !one.consent.State.Final() {
		one.consent = one.told
	}
	s.mu.Unlock()
	for _, doc := range s.Documents[len(one.findings):] {
		known := kyc.Waiting{Budget: s.Wait, Last: one.consent, Return: said}
		got, err := kyc.WaitFetch(ctx, s.Provider, one.ref, doc, known)
		one.consent = got.Consent
		found := finding{Document: names[doc]}
		switch {
		case err == nil:
			if found, err = s.look(ctx, got.Record, got.Consent.User); err != nil {
				return err
			}
		case kyc.Final(err) && got.Consent.State == kyc.Granted: // about this document: the others may be there
			found.Doubt = answers[kyc.KindOf(err)]
		default:
			return err
		}
		one.findings = append(one.findings, found)
	}
	return nil
}

// webhook notes what the provider tells, so that the user's return need not ask.
func (s *Shop) webhook(parser kyc.WebhookParser) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, "not readable, or too large", http.StatusRequestEntityTooLarge)
			return
		}
		event, err := parser.ParseWebhook(r.Header, body)
		if err != nil {
			s.Log.Warn("a webhook was refused", "error", err)
			if errors.Is(err, kyc.ErrInvalid) {
				http.Error(w, "not verified", http.StatusForbidden)
			} else { // nothing is wrong with it that we know of: it may come again
				http.Error(w, "not read", http.StatusInternalServerError)
			}
			return
		}
		s.Log.Info("a webhook came", "event", event.Type, "state", event.Consent.State)
		if event.Foreign { // a test of the address, or another product's: it is answered, and changes nothing
			w.WriteHeader(http.StatusNoContent)
			return
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, one := range s.sessions { // a real shop has an index
			if one.ref == event.Consent.Ref && event.Consent.State.Final() {
				one.told = &event.Consent // again and again, perhaps: the same event may come twice
			}
		}
		w.WriteHeader(http.StatusNoContent)
	}
}
