package shop

import (
	"context"
	_ "embed" // for the page
	"errors"
	"html/template"
	"math"
	"net/http"
	"strconv"
	"time"

	"example.com/digilocker/adapters/kyc"
)

// page is what a user sees.
type page struct {
	Title, Text string
	Status      int
	Findings    []finding
	Start       bool          // has the button
	Refresh     int           // seconds until the browser comes again; 0: it does not
	RetryAfter  time.Duration // tells programs the same
}

var (
	welcome = page{
		Title: "Welcome to the shop", Text: "To sell to you, we need to know who you are.", Status: http.StatusOK, Start: true,
	}
	stranger = page{
		Title: "We do not know you yet", Text: "No verification was begun in this browser, or it was too long ago.",
		Status: http.StatusNotFound, Start: true,
	}
	elsewhere = page{
		Title: "This belongs to another verification", Text: "You have begun a newer one in this browser. Finish that one, or start again.",
		Status: http.StatusBadRequest, Start: true,
	}
	patience = page{
		Title: "One moment", Text: "DigiLocker is not done yet. This page asks again by itself.", Status: http.StatusAccepted, Refresh: 5,
	}
	hesitant = page{
		Title: "You seem to have declined", Text: "If so, you can start again. If not, wait: this page asks again by itself.",
		Status: http.StatusAccepted, Refresh: 5, Start: true,
	}
	later = page{
		Title: "Come back later", Text: "DigiLocker cannot be reached at present. Nothing is lost: load this page again in a while.",
		Status: http.StatusServiceUnavailable, RetryAfter: time.Minute,
	}
	broken = page{
		Title: "This is our fault", Text: "Something is wrong on our side, and somebody has been told.", Status: http.StatusInternalServerError,
	}
)

// names of the documents in plain words.
var names = map[kyc.Document]string{kyc.Aadhaar: "Aadhaar", kyc.PAN: "PAN", kyc.DrivingLicence: "Driving licence"}

// answers are what kyc.Final tells of a user, to the user: of one document, or of
// all.
var answers = map[kyc.Err]string{
	kyc.ErrDenied:     "not shared with us",
	kyc.ErrExpired:    "the time to share has run out",
	kyc.ErrNoDocument: "your DigiLocker account does not have it",
	kyc.ErrMismatch:   "its details differ from your other documents",
}

// explain is the page for an error. Final answers and waiting are no faults, and
// nobody reads of them in the log.
func (s *Shop) explain(ctx context.Context, err error) page {
	switch {
	case ctx.Err() != nil:
		return patience // the user has left
	case errors.Is(err, kyc.ErrPending):
		return patience
	case kyc.Final(err):
		return page{Title: "We could not verify you", Text: "The reason: " + answers[kyc.KindOf(err)] + ".", Status: http.StatusOK, Start: true}
	case kyc.Outage(err), errors.Is(err, kyc.ErrRateLimited):
		s.Log.Warn("the user was asked to come back", "error", err)
		p := later
		if e := (*kyc.Error)(nil); errors.As(err, &e) && e.RetryAfter > 0 {
			p.RetryAfter = e.RetryAfter
		}
		return p
	default:
		s.Log.Error("somebody must act", "error", err)
		return broken
	}
}

//go:embed page.html
var pageText string

// pageTemplate is the one place where personal data is revealed, to whom it is about.
var pageTemplate = template.Must(template.New("page").Parse(pageText))

func (s *Shop) show(w http.ResponseWriter, p page) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer") // the address of a return has ids
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; frame-ancestors 'none'") // form-action would stop the redirect of POST /start
	if p.RetryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(int(math.Ceil(p.RetryAfter.Seconds()))))
	}
	w.WriteHeader(p.Status)
	if err := pageTemplate.Execute(w, p); err != nil {
		s.Log.Warn("a page was not written", "error", err)
	}
}
