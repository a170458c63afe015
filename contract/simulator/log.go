package simulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/recording/redact"
)

const (
	// logged is how many exchanges the first page shows.
	logged = 50
	// loggedBody is how much of a body, or of an address, is kept for it, in bytes. The documented
	// ones have less, but for those with a photo.
	loggedBody = 16 << 10
)

// exchangeLog has the last exchanges with providers' operations.
type exchangeLog struct {
	mu   sync.Mutex
	last [logged]*logEntry
	n    int // how many there have been
}

// logEntry is one exchange. It is redacted when somebody looks at it, and once.
type logEntry struct {
	service   *Service
	operation string
	at        time.Time
	method    string
	url       *url.URL // nil: too long
	asked     seenBody
	status    int // 0: no answer was given
	answered  seenBody
	fault     string // the kind of the one that struck; "" if none did

	once  sync.Once
	shown frontExchange
}

// seenBody is a body as far as it is kept.
type seenBody struct {
	mediaType string
	kept      []byte
	size      int
}

func (b *seenBody) add(p []byte) {
	if b.size += len(p); b.size <= loggedBody {
		b.kept = append(b.kept, p...)
	}
}

// watched is a ResponseWriter that notes what it writes.
type watched struct {
	http.ResponseWriter
	entry *logEntry
}

// Unwrap is for [http.ResponseController].
func (w *watched) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// WriteHeader implements [http.ResponseWriter].
func (w *watched) WriteHeader(status int) {
	w.entry.status = status
	w.entry.answered.mediaType = w.Header().Get("Content-Type")
	w.ResponseWriter.WriteHeader(status)
}

func (w *watched) Write(p []byte) (int, error) {
	if w.entry.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	w.entry.answered.add(p)
	return w.ResponseWriter.Write(p)
}

// watchedBody is a request's body that notes what is read.
type watchedBody struct {
	io.ReadCloser
	seen *seenBody
}

func (b watchedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.seen.add(p[:n])
	return n, err
}

// logging serves an operation or a page, and keeps what was asked and answered.
func (s *Service) logging(op example.Operation) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		e := &logEntry{service: s, operation: op.ID, at: s.sim.opts.Now(), method: r.Method}
		if len(r.URL.Path)+len(r.URL.RawQuery) <= loggedBody {
			e.url = r.URL
		}
		e.asked.mediaType = r.Header.Get("Content-Type")
		r.Body = watchedBody{r.Body, &e.asked}
		defer s.sim.exchanges.add(e) // also where a fault ends the connection by a panic
		if page := s.behaviour.Pages[op.ID]; page != nil {
			s.turn(op, page, &watched{w, e}, r)
			return
		}
		s.handle(op, &watched{w, e}, r)
	}
}

// struck notes the fault that a request met.
func struck(w http.ResponseWriter, f *Fault) {
	if seen, ok := w.(*watched); ok && f != nil {
		seen.entry.fault = f.Kind
	}
}

func (l *exchangeLog) add(e *logEntry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last[l.n%logged] = e
	l.n++
}

// newest are the last exchanges, the newest first.
func (l *exchangeLog) newest() []frontExchange {
	l.mu.Lock()
	var all []*logEntry
	for i := l.n - 1; i >= 0 && i >= l.n-logged; i-- {
		all = append(all, l.last[i%logged])
	}
	n := l.n
	l.mu.Unlock()
	shown := make([]frontExchange, 0, len(all))
	for i, e := range all {
		one := e.redacted()
		one.Number = n - i
		shown = append(shown, one)
	}
	return shown
}

// redacted is the exchange for everybody's eyes: people type what is real, whatever a page asks.
func (e *logEntry) redacted() frontExchange {
	e.once.Do(func() {
		e.shown = frontExchange{
			Provider: e.service.title, Operation: e.operation, Method: e.method,
			At: e.at, Status: e.status, Fault: e.fault,
		}
		r, err := redact.New(redact.Options{Names: e.service.hidden})
		if err != nil { // names of rules that there are not: New has refused them
			return
		}
		e.shown.Address = "an address that is too long to show"
		if e.url != nil {
			e.shown.Address = r.URL(e.url).String()
		}
		e.shown.Request = e.asked.text(r.RequestBody)
		e.shown.Answer = e.answered.text(r.AnswerBody)
	})
	return e.shown
}

// text is the body, redacted, and for people.
func (b *seenBody) text(redacted func(mediaType string, body []byte) []byte) string {
	if b.size > loggedBody {
		return fmt.Sprintf("%d bytes, which are too many to show", b.size)
	}
	body := redacted(b.mediaType, b.kept)
	var wide bytes.Buffer
	if json.Indent(&wide, body, "", "  ") == nil {
		return wide.String()
	}
	return string(body)
}
