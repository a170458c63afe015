package shop

import (
	"context"
	_ "embed" // for the page and its style
	"errors"
	"fmt"
	"html/template"
	"math"
	"net/http"
	"strconv"
	"time"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/internal/saying"
)

// page is what a user sees.
type page struct {
	Title, Text string
	Status      int
	Asked       []string // the documents, before anything is begun
	Findings    []finding
	Start       bool          // has the button
	Refresh     int           // seconds until the browser comes again; 0: it does not
	RetryAfter  time.Duration // tells programs the same
}

var (
	welcome = page{
		Title: "Welcome to the shop",
		Text: "To sell to you, we need to know who you are. " +
			"DigiLocker, your document wallet, can tell us in a minute.",
		Status: http.StatusOK, Start: true,
	}
	stranger = page{
		Title: "We do not know you yet", Text: "No verification was begun in this browser, or it was too long ago.",
		Status: http.StatusNotFound, Start: true,
	}
	elsewhere = page{
		Title: "This belongs to another verification", Text: "You have begun a newer one in this browser. Finish that one, or start again.",
		Status: http.StatusBadRequest, Start: true,
	}
	usedUp = page{
		Title: "This way back is used up",
		Text: "It was followed before, in another tab perhaps, or came too late. " +
			"If you do not see your documents there, start again.",
		Status: http.StatusConflict, Start: true,
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

var (
	//go:embed page.html
	pageText string
	//go:embed style.css
	style string
)

// pageTemplate is the one place where personal data is revealed, to whom it is about.
var pageTemplate = template.Must(template.New("page").
	Funcs(template.FuncMap{"born": born, "said": saying.Duration}).Parse(pageText))

// born is a date as people say it, as far as the document states it.
func born(d kyc.Date) string {
	year, month, day := d.Parts()
	switch {
	case year == 0:
		return d.ISO()
	case month == 0:
		return strconv.Itoa(year)
	case day == 0:
		return fmt.Sprintf("%s %d", month, year)
	default:
		return fmt.Sprintf("%d %s %d", day, month, year)
	}
}

// Kept is how long the shop remembers what it was shown.
func (page) Kept() time.Duration { return sessionLife }

func (s *Shop) show(w http.ResponseWriter, p page) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer") // the address of a return has ids
	h.Set("X-Content-Type-Options", "nosniff")
	// form-action would stop the redirect of POST /start.
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'")
	if p.RetryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(int(math.Ceil(p.RetryAfter.Seconds()))))
	}
	w.WriteHeader(p.Status)
	if err := pageTemplate.Execute(w, p); err != nil {
		s.Log.Warn("a page was not written", "error", err)
	}
}
