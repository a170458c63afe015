// Command service verifies who somebody is, by DigiLocker. POST /start begins a journey, GET /back ends it.
package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"example.com/digilocker/adapters/eaadhaar"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/setu"
	"example.com/digilocker/adapters/signedfile"
)

func main() {
	origin := os.Getenv("ORIGIN")
	if !strings.HasPrefix(origin, "https://") {
		log.Fatal("ORIGIN: want how browsers know this service, such as https://shop.example")
	}
	s, err := connect(origin)
	if err != nil {
		log.Fatal(err)
	}
	server := &http.Server{Addr: "127.0.0.1:8080", Handler: s.routes(), ReadHeaderTimeout: 5 * time.Second}
	log.Print("listening on http://" + server.Addr)
	log.Fatal(server.ListenAndServe())
}

// connect makes the provider, and the checker of the signed files that it links to.
func connect(origin string) (*service, error) {
	pem, err := os.ReadFile("signer.pem") // the certificate of DigiLocker's signer, which you have checked
	if err != nil {
		return nil, fmt.Errorf("%w; the guide anchor.md says how to get it", err)
	}
	signer, err := eaadhaar.ReadAnchor("DigiLocker", pem)
	if err != nil {
		return nil, err
	}
	verifier, err := eaadhaar.NewVerifier([]eaadhaar.Anchor{signer}, eaadhaar.Options{Profile: eaadhaar.LegacySHA1})
	if err != nil {
		return nil, err
	}
	checker := &signedfile.Checker{Verifier: verifier}
	provider, err := setu.New(cmp.Or(os.Getenv("SETU_BASE_URL"), setu.Sandbox), setu.Credentials{
		ClientID:          os.Getenv("SETU_CLIENT_ID"),
		ClientSecret:      kyc.Hide(os.Getenv("SETU_CLIENT_SECRET")),
		ProductInstanceID: os.Getenv("SETU_PRODUCT_INSTANCE_ID"),
	}, setu.Options{})
	return &service{provider: provider, verify: checker.Verify, origin: origin, journeys: map[string]*journey{}}, err
}

// service has the journeys of those who are on their way.
type service struct {
	provider kyc.Provider
	verify   func(context.Context, *kyc.Record) error // a record against its signed file
	origin   string                                   // as browsers know this service: https://shop.example

	mu       sync.Mutex
	journeys map[string]*journey // by cookie
}

// journey is one user's.
type journey struct {
	begun *kyc.Consent

	mu     sync.Mutex  // held during a visit, so that two tabs do not fetch twice
	record *kyc.Record // once it is there
}

func (s *service) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("POST /start", http.NewCrossOriginProtection().Handler(http.HandlerFunc(s.start)))
	mux.HandleFunc("GET /back", s.back)
	return mux
}

// start opens a journey and sends the user on to DigiLocker.
func (s *service) start(w http.ResponseWriter, r *http.Request) {
	consent, err := s.provider.Start(r.Context(), kyc.StartRequest{
		ID: rand.Text()[:20], Documents: []kyc.Document{kyc.Aadhaar},
		ReturnTo: s.origin + "/back?try=" + rand.Text(), // one used before can bring an old journey back
	})
	if err != nil {
		log.Print("start: ", err) // which shows nobody's data
		http.Error(w, "DigiLocker cannot be asked now. Please try again later.", http.StatusBadGateway)
		return
	}
	cookie := rand.Text()
	s.mu.Lock()
	s.journeys[cookie] = &journey{begun: consent}
	s.mu.Unlock()
	http.SetCookie(w, &http.Cookie{
		Name: "__Host-journey", Value: cookie, Path: "/", MaxAge: 3600,
		HttpOnly: true, Secure: true, SameSite: http.SameSiteLaxMode, // Strict is not sent on the way back
	})
	http.Redirect(w, r, consent.URL.Reveal(), http.StatusSeeOther)
}

// back is where the user returns to. It waits for the document, and says what came of it.
func (s *service) back(w http.ResponseWriter, r *http.Request) {
	var one *journey
	if cookie, err := r.Cookie("__Host-journey"); err == nil {
		s.mu.Lock()
		one = s.journeys[cookie.Value]
		s.mu.Unlock()
	}
	if one == nil {
		http.Error(w, "Nobody has started here.", http.StatusBadRequest)
		return
	}
	one.mu.Lock()
	defer one.mu.Unlock()
	// That the user closes the page must not end a fetch: there may be no second.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), 2*time.Minute)
	defer cancel()
	said, err := kyc.Complete(ctx, s.provider, one.begun.Ref, r.URL)
	if errors.Is(err, kyc.ErrInvalid) {
		http.Error(w, "This is not the address that DigiLocker sent you to.", http.StatusBadRequest)
		return
	}
	if said.Consent != nil { // the provider has answered for the new Ref
		one.begun = said.Consent
	}
	if err == nil && one.record == nil {
		var got kyc.Waited
		got, err = kyc.WaitFetch(ctx, s.provider, said.Ref, kyc.Aadhaar, kyc.Waiting{
			Last: one.begun, Return: said, Budget: kyc.Budget{First: time.Second, Calls: 4},
		})
		one.record = got.Record // before anything else is done
	}
	if err == nil && one.record.Signed == nil {
		err = s.verify(ctx, one.record)
	}
	switch {
	case err == nil:
		fmt.Fprintln(w, "Verified:", one.record.Person.Name.Reveal())
	case errors.Is(err, kyc.ErrPending):
		http.Error(w, "DigiLocker is not ready yet. Please load this page again.", http.StatusAccepted)
	case errors.Is(err, kyc.ErrDuplicate): // a code that another visit has brought
		http.Error(w, "This way back was used, or came too late. You can start again.", http.StatusConflict)
	case kyc.Final(err): // of this visit: a denial may stand in the address alone, which anybody can write
		http.Error(w, "You are not verified. You can start again.", http.StatusForbidden)
	default: // among them kyc.ErrUnverified: the signed file says something else
		log.Print("back: ", err)
		http.Error(w, "Something went wrong. We have been told.", http.StatusBadGateway)
	}
}
