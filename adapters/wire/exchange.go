package wire

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptrace"
	"strings"
)

// exchange is layers 1 to 7 for one request. It takes the client by value and
// changes the copy. The reply's body is in the Reply; the response's is spent. Where files
// are asked for, that of a success is left packed.
func exchange(
	client http.Client, req *http.Request, limits Limits, follow, files bool,
) (*http.Response, *Reply, error) {
	caller := req.Context()
	reply := replyOf(caller)
	limits = limits.of(caller)
	if limits.Body < 0 && caller.Err() == nil {
		return nil, reply, &Error{Kind: ErrTooLarge, Unsent: true}
	}
	ctx, cancel := context.WithTimeout(caller, limits.Timeout)
	defer cancel()
	a := &attempt{client: client, next: client.Transport, reply: reply, follow: follow}
	if a.next == nil {
		a.next = http.DefaultTransport
	}
	a.client.Transport = a
	resp, err := a.client.Do(once(req.WithContext(a.watch(ctx))))
	if err != nil {
		return nil, reply, failure(caller, reply.Status, &a.seen, err)
	}
	defer func() { _ = resp.Body.Close() }()
	if files && resp.StatusCode/100 == 2 {
		a.kept.body, err = readAll(resp.Body, resp.ContentLength, limits.Body)
	} else {
		a.kept.body, err = read(resp, limits.Body)
	}
	if err != nil {
		return nil, reply, failure(caller, reply.Status, &a.seen, err)
	}
	return resp, reply, nil
}

// once returns sent, which is a copy of the caller's request, so that net/http does not send it anew by itself if
// its method has effects: over HTTP/2 it would, again and again, after a stream or a connection that a server gave
// up, also where that had read the request, and acted upon it. It asks GetBody for that, which says no: that there
// is none might surprise a RoundTripper of the caller's.
func once(sent *http.Request) *http.Request {
	if sent.Method == http.MethodPost || sent.Method == http.MethodPatch {
		sent.GetBody = func() (io.ReadCloser, error) { return nil, errOnce }
	}
	return sent
}

var errOnce = errors.New("a request that has effects is sent once")

// attempt is one exchange, whose parts are allocated together. As a RoundTripper it keeps
// status and header of the last reply. Unless redirects are to be followed it then hides their
// Location from http.Client.
type attempt struct {
	client http.Client
	next   http.RoundTripper
	follow bool
	reply  *Reply
	kept   kept // of the last reply
	seen   sightings
	trace  httptrace.ClientTrace
}

func (a *attempt) RoundTrip(req *http.Request) (*http.Response, error) {
	*a.reply = Reply{} // of the redirect that led here
	resp, err := a.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	if resp == nil {
		return nil, errors.New("a RoundTripper returned neither response nor error")
	}
	a.kept.header = resp.Header
	*a.reply = Reply{resp.StatusCode, a.kept.itself}
	if !a.follow && isRedirect(resp.StatusCode) {
		own(resp).Del("Location")
	}
	return resp, nil
}

// own is the response's header for changes: the Reply has the one as received.
func own(resp *http.Response) http.Header {
	header := make(http.Header, len(resp.Header)+1)
	maps.Copy(header, resp.Header)
	resp.Header = header
	return header
}

func isRedirect(status int) bool { return status/100 == 3 }

// read returns the whole body, unpacked if http.Transport has not done it: it
// leaves gzip alone where the caller asked for it or disabled it.
func read(resp *http.Response, limit int64) ([]byte, error) {
	switch strings.ToLower(resp.Header.Get("Content-Encoding")) {
	case "gzip", "x-gzip":
		plain, err := gzip.NewReader(resp.Body)
		if err == io.EOF { //nolint:errorlint // io.Reader gives it as it is
			return nil, nil // as http.Transport sees an empty body
		}
		if err != nil {
			return nil, err
		}
		own(resp).Del("Content-Encoding")
		return readAll(plain, -1, limit)
	default:
		return readAll(resp.Body, resp.ContentLength, limit)
	}
}

// readAll reads until EOF, or fails with ErrTooLarge beyond limit. It returns
// what it has read, at most limit bytes. size is the expected length, negative
// if unknown. Pieces are joined once, at the end: no more than twice the limit
// is ever held, where a buffer that grows by copying holds three times.
func readAll(r io.Reader, size, limit int64) ([]byte, error) {
	const first, most = 4 << 10, 1 << 20 // bytes a piece
	if size < 0 || size > most {
		size = first
	}
	var pieces [][]byte
	piece, total := make([]byte, 0, size+1), int64(0) // one byte more, where EOF shows without another piece
	for {
		n, err := r.Read(piece[len(piece):cap(piece)])
		piece, total = piece[:len(piece)+n], total+int64(n)
		if total > limit {
			over := int(total - limit)
			return join(pieces, piece[:len(piece)-over]), &Error{Kind: ErrTooLarge}
		}
		if err == io.EOF {
			return join(pieces, piece), nil
		}
		if err != nil {
			return join(pieces, piece), err
		}
		if len(piece) == cap(piece) {
			pieces = append(pieces, piece)
			piece = make([]byte, 0, min(2*cap(piece), most))
		}
	}
}

func join(pieces [][]byte, last []byte) []byte {
	if pieces == nil {
		return last
	}
	return bytes.Join(append(pieces, last), nil)
}
