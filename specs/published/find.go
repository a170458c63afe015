package published

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"time"

	"example.com/digilocker/specs/importing"
)

// state is what became of a publication.
type state string

const (
	asImported   state = "same"        // the bytes are those that were imported
	there        state = "there"       // no sum of it is known
	otherBytes   state = "same facts"  // other bytes, but what was taken of them is the same
	changedFacts state = "changed"     // other facts, or none that can be read
	moved        state = "moved"       // the same, for good at another address
	gone         state = "gone"        // the server knows it no more
	unreachable  state = "unreachable" // no answer, or a server's failure
	unjudged     state = "not judged"  // an answer that says nothing of it
)

// states are all of them, in the order in which they are counted.
var states = []state{asImported, there, otherBytes, changedFacts, moved, gone, unreachable, unjudged}

// finding is what was found of a publication.
type finding struct {
	importing.Publication
	state  state
	detail string
	to     string // the address that it has moved to
}

// remedy is what somebody has to do about it; "" if nothing.
func (f finding) remedy() string {
	manifest := fmt.Sprintf("specs/%s/import.yaml", f.Provider)
	switch f.state {
	case changedFacts, otherBytes:
		if f.Fixed {
			return "the content at this address was never to change: find out why it did before " + manifest +
				" lists another sha256"
		}
		return fmt.Sprintf("save %s as page, then: make import PROVIDER=%s SOURCE=%q FROM=page DATE=YYYY-MM-DD, "+
			"and make changes BASE=HEAD", f.Address(), f.Provider, f.Name)
	case moved:
		return fmt.Sprintf("write %s into %s, then: make import PROVIDER=%s", f.to, manifest, f.Provider)
	case gone:
		return fmt.Sprintf("find where it is published now, and write that into %s; if it was withdrawn, "+
			"delete its entry there and its file, then: make import PROVIDER=%s", manifest, f.Provider)
	}
	return ""
}

// fetcher asks for files, within limits.
type fetcher struct {
	transport http.RoundTripper
	limit     int64 // of the bytes of a file
	patience  time.Duration
}

// errPlain is a redirect to an address without TLS.
var errPlain = errors.New("it leads to an address that is not https")

// answer is what came of asking.
type answer struct {
	status  int
	page    bool // of HTML, as people read it
	body    []byte
	at      string // the address that answered, if it is another one
	forGood string // the address that it has moved to for good; "" if it has not
}

// get asks for an address.
func (f fetcher) get(ctx context.Context, address string) (*answer, error) {
	ctx, cancel := context.WithTimeout(ctx, f.patience)
	defer cancel()
	a := &answer{}
	forGood := true // so far
	client := http.Client{Transport: f.transport, CheckRedirect: func(next *http.Request, via []*http.Request) error {
		switch code := next.Response.StatusCode; {
		case next.URL.Scheme != "https":
			return errPlain
		case len(via) > 5:
			return errors.New("it leads on and on")
		default:
			a.at = next.URL.String()
			// What comes behind a step that is for now is for now.
			forGood = forGood && (code == http.StatusMovedPermanently || code == http.StatusPermanentRedirect)
			if forGood {
				a.forGood = a.at
			}
			return nil
		}
	}}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("User-Agent", "digilocker-published/1 (is what was imported still published?)")
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	a.status = response.StatusCode
	kind, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type"))
	a.page = kind == "text/html"
	a.body, err = io.ReadAll(io.LimitReader(response.Body, f.limit+1))
	return a, err
}

// find fetches a publication and compares it with what was imported of it.
func (f fetcher) find(ctx context.Context, specs string, p importing.Publication) finding {
	is := func(s state, format string, args ...any) finding {
		return finding{Publication: p, state: s, detail: fmt.Sprintf(format, args...)}
	}
	if u, err := url.Parse(p.Address()); err != nil || u.Scheme != "https" || u.Host == "" {
		return is(unjudged, "import.yaml has no address with https")
	}
	a, err := f.get(ctx, p.Address())
	var failed *url.Error
	switch {
	case errors.Is(err, errPlain):
		return is(unjudged, "%v", errPlain)
	case errors.As(err, &failed) && failed.Timeout(), errors.Is(err, context.DeadlineExceeded):
		return is(unreachable, "no answer within %s", f.patience)
	case errors.As(err, &failed):
		return is(unreachable, "%v", failed.Err)
	case err != nil:
		return is(unreachable, "%v", err)
	case a.status == http.StatusNotFound || a.status == http.StatusGone:
		return is(gone, "HTTP %d", a.status)
	case a.status >= 500 || a.status == http.StatusTooManyRequests:
		return is(unreachable, "HTTP %d", a.status)
	case a.status != http.StatusOK:
		return is(unjudged, "HTTP %d", a.status)
	case int64(len(a.body)) > f.limit:
		return is(unjudged, "more than %d bytes", f.limit)
	}
	led := ""
	if a.at != "" {
		led = "; redirected to " + a.at
	}
	sum := sha256.Sum256(a.body)
	now := hex.EncodeToString(sum[:])
	known := slices.Contains(p.Sums, now)
	switch {
	case (known || len(p.Sums) == 0 && !a.page) && a.forGood != "":
		if a.at == a.forGood {
			led = ""
		}
		found := is(moved, "for good to %s%s", a.forGood, led)
		found.to = a.forGood
		return found
	case known && p.Fixed:
		return is(asImported, "of %s, at an address that never changes%s", p.Date, led)
	case known:
		return is(asImported, "of %s%s", p.Date, led)
	case len(p.Sums) == 0:
		return is(there, "no sum to compare it with: what is kept was written by hand, or nothing is kept%s", led)
	case a.page:
		return is(unjudged, "a page of HTML, which differs each time; "+
			"file in import.yaml says where the file itself is%s", led)
	}
	told := fmt.Sprintf("sha256 is now %.12s…, %d bytes; imported was %.12s… of %s%s",
		now, len(a.body), p.Sums[0], p.Date, led)
	if alike, err := importing.SameFacts(specs, p, a.body); err == nil && alike {
		return is(otherBytes, "%s", told)
	} else if err != nil && !p.Fixed {
		told += "; it cannot be imported as it is"
	}
	return is(changedFacts, "%s", told)
}
