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
	"slices"
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
	record   *kyc.Record  // the document after those of findings, if it was fetched and not yet looked at
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
		ID: rand.Text()[:20], Documents: s.Documents, // 20 characters are taken by each provider
		ReturnTo: s.Origin + "/back?try=" + rand.Text(), // one used before can bring an old journey back
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
	said, err := kyc.Return{Ref: one.ref}, error(nil)
	if !bare(address) {
		// A user who leaves does not end an exchange, whose code is good once. The Limits of each call do.
		said, err = kyc.Complete(context.WithoutCancel(ctx), s.Provider, one.ref, address)
	}
	switch {
	case errors.Is(err, kyc.ErrInvalid):
		return elsewhere
	case errors.Is(err, kyc.ErrDuplicate): // a code that another visit has brought
		return usedUp
	case err != nil:
		return s.explain(ctx, err)
	case said.Consent != nil: // the provider has answered for it
		one.ref, one.consent = said.Ref, said.Consent
	}
	// Anyone can write an address: what else it says counts for this visit and is not kept.
	err = s.proceed(ctx, one, said)
	switch {
	case err == nil:
		again := slices.ContainsFunc(one.findings, func(f finding) bool { return f.Lost })
		return page{Title: "Your documents", Status: http.StatusOK, Findings: one.findings, Start: again}
	case said.State == kyc.Denied && !one.consent.State.Final():
		return hesitant
	case errors.Is(err, kyc.ErrNotFound): // the Ref was good until the address added to it
		return elsewhere
	default:
		return s.explain(ctx, err)
	}
}

// bare reports whether an address has nothing that a provider adds to it, as where a user comes back by hand.
func bare(address *url.URL) bool {
	query := address.Query()
	query.Del("try")
	return len(query) == 0
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
		found, err := s.find(ctx, one, said, doc)
		if err != nil {
			return err
		}
		one.findings, one.record = append(one.findings, found), nil
	}
	return nil
}

// find fetches a document, unless an earlier visit did, and looks at it.
func (s *Shop) find(ctx context.Context, one *session, said kyc.Return, doc kyc.Document) (finding, error) {
	if one.record == nil {
		known := kyc.Waiting{Budget: s.Wait, Last: one.consent, Return: said}
		got, err := kyc.WaitFetch(ctx, staying{s.Provider}, one.ref, doc, known)
		one.consent, one.record = got.Consent, got.Record // before anything else: there may be no second
		switch {
		case err == nil:
		case kyc.Spent(err):
			s.Log.Warn("a document is lost", "document", doc, "error", err)
			const doubt = "it was lost on its way to us, and is handed out once"
			return finding{Document: names[doc], Doubt: doubt, Lost: true}, nil
		case kyc.Final(err) && got.Consent.State == kyc.Granted: // about this document: the others may be there
			return finding{Document: names[doc], Doubt: answers[kyc.KindOf(err)]}, nil
		default:
			return finding{}, err
		}
	}
	found, err := s.look(ctx, one.record, one.consent.User)
	switch stale := (*signedfile.Error)(nil); {
	case !errors.As(err, &stale) || stale.Kind == kyc.ErrUnavailable: // the same link may do at the next visit
	case once(s.Provider, doc):
		found.Doubt, found.Lost, err = "its signed file cannot be downloaded any more", true, nil
	default:
		one.record = nil // the next visit gets a fresh link
	}
	return found, err
}

// once reports whether the provider hands the document out once in a journey.
func once(p kyc.Provider, doc kyc.Document) bool {
	fetcher, ok := kyc.As[kyc.OnceFetcher](p)
	return ok && slices.Contains(fetcher.FetchesOnce(), doc)
}

// staying is a Provider whose Fetch a user who leaves does not end, if its answer would be lost for good. The Limits
// of each call do.
type staying struct{ kyc.Provider }

// Unwrap is for what else the provider can do.
func (p staying) Unwrap() kyc.Provider { return p.Provider }

// Fetch implements [kyc.Provider].
func (p staying) Fetch(ctx context.Context, ref kyc.Ref, doc kyc.Document) (*kyc.Record, error) {
	if once(p.Provider, doc) {
		ctx = context.WithoutCancel(ctx)
	}
	return p.Provider.Fetch(ctx, ref, doc)
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
