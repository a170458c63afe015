package wire

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/xml"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"
)

// Downloader fetches the files that a provider links to. Such a link is a
// secret with an end (Cashfree's xml_file works for 48 hours, Setu's fileUrl
// until validUpto) and comes from outside: it must not be a way to make the
// application call its own network.
//
// Only https is spoken, to public addresses, and http to those of Allow alone, such
// as a simulator's. The address is checked when it is dialled, after resolution, so
// a name that resolves differently the second time gains nothing. No proxy is used,
// since it would resolve the name itself.
// Nothing of the caller's is sent: no credentials, no cookies, no Referer.
//
// The zero value is ready to use; a Downloader may be used by many goroutines.
type Downloader struct {
	Allow  []netip.Prefix   // addresses to call although they are not public, by http too; default: none
	Roots  *x509.CertPool   // default: the system's
	Limits Limits           // see WithLimits
	Now    func() time.Time // default: time.Now
}

// Type is a file's type, as its content shows it: a media type.
type Type string

// The types that a [Downloader] returns.
const (
	XML  Type = "application/xml"
	ZIP  Type = "application/zip" // see Unzip
	PDF  Type = "application/pdf"
	JPEG Type = "image/jpeg"
)

// File is a downloaded file. It holds personal data: fmt, slog and JSON show its
// type and size alone, also where it is a field that they cannot call.
type File struct {
	Type Type

	data func() []byte // a closure, into which no printer looks; nil: no content
}

// NewFile is a file with that content, which it keeps, such as one that a provider hands out itself, without a link.
// Its Type is what the content shows.
func NewFile(data []byte) *File {
	return &File{Type: sniff(data), data: func() []byte { return data }}
}

// Bytes is the content itself, not a copy; nil for the zero File.
func (f File) Bytes() []byte {
	if f.data == nil {
		return nil
	}
	return f.data()
}

// String gives type and size.
func (f File) String() string { return fmt.Sprintf("%s, %d bytes", string(f.Type), len(f.Bytes())) }

// GoString is String.
func (f File) GoString() string { return f.String() }

// Format writes String for every verb.
func (f File) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, f.String()) }

// MarshalText is String, and with it JSON: a file that is meant to be stored is
// stored by its Bytes.
func (f File) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// MarshalBinary is String, and with it gob and CBOR.
func (f File) MarshalBinary() ([]byte, error) { return f.MarshalText() }

// GomegaString is String, for the messages of failed tests.
func (f File) GomegaString() string { return f.String() }

// LogValue logs type and size.
func (f File) LogValue() slog.Value {
	return slog.GroupValue(slog.String("type", string(f.Type)), slog.Int("bytes", len(f.Bytes())))
}

// Get downloads the file at link, unless expires has passed; zero means that
// the provider did not say. [WithLimits] and [WithReply] work as for a [Doer].
//
// Its errors are those of this package, and ctx's as it is. ErrStatus carries
// the status: file stores say 403, 404 or 410 once a link has expired.
func (d Downloader) Get(ctx context.Context, link string, expires time.Time) (*File, error) {
	replyOf(ctx) // empty, whatever happens
	now := d.Now
	if now == nil {
		now = time.Now
	}
	if !expires.IsZero() && !now().Before(expires) {
		return nil, &Error{Kind: ErrExpired, Unsent: true}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, link, nil)
	if err != nil { // it would quote the link
		return nil, &Error{Kind: ErrLink, Unsent: true, Why: "it is no URL"}
	}
	if why := d.refuses(req.URL); why != "" {
		return nil, &Error{Kind: ErrLink, Unsent: true, Why: why}
	}
	open, done := context.WithCancel(ctx)
	defer done()
	client := http.Client{
		Transport:     bySchemes{d.transport(open, d.allows), d.transport(open, d.listed)},
		CheckRedirect: d.recheck,
	}
	resp, reply, err := exchange(client, req, d.Limits, true, false) //nolint:bodyclose // exchange has spent it
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, &Error{Kind: ErrStatus, Status: resp.StatusCode, Why: ended(resp.StatusCode)}
	}
	file := NewFile(reply.Body())
	if file.Type == "" {
		return nil, &Error{Kind: ErrContent, Status: resp.StatusCode, Why: other(file.Bytes())}
	}
	return file, nil
}

// ended says what a status means of a link that worked once; "" if nothing is known.
func ended(status int) string {
	switch status {
	case http.StatusForbidden, http.StatusNotFound, http.StatusGone:
		return "the link has ended, perhaps: fetch the record anew, in a new journey if it is handed out once"
	}
	return ""
}

// other says what a file is that is none of the types; "" if nothing is known.
func other(data []byte) string {
	text := bytes.ToLower(bytes.TrimSpace(data[:min(len(data), 512)]))
	switch {
	case len(text) == 0:
		return "it is empty"
	case bytes.HasPrefix(text, []byte("<!doctype html")), bytes.HasPrefix(text, []byte("<html")):
		return "it is an HTML page, of a login, perhaps, or of an error"
	case text[0] == '{' || text[0] == '[':
		return "it is JSON"
	}
	return ""
}

// bySchemes are the transports of https and of http.
type bySchemes struct{ https, http *http.Transport }

// RoundTrip implements [http.RoundTripper].
func (t bySchemes) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Scheme == "https" {
		return t.https.RoundTrip(r)
	}
	return t.http.RoundTrip(r)
}

// transport serves one download, to the addresses that may be dialled. Its connections
// end with open: http.Transport itself would go on dialling for a request that has ended.
func (d Downloader) transport(open context.Context, allows func(netip.Addr) bool) *http.Transport {
	dialer := &net.Dialer{Control: func(_, address string, _ syscall.RawConn) error {
		if to, err := netip.ParseAddrPort(address); err != nil || !allows(to.Addr()) {
			return &Error{Kind: ErrAddress}
		}
		return nil
	}}
	return &http.Transport{
		DialContext: func(_ context.Context, network, address string) (net.Conn, error) {
			conn, err := dialer.DialContext(open, network, address)
			if err == nil {
				context.AfterFunc(open, func() { _ = conn.Close() })
			}
			return conn, err
		},
		TLSClientConfig:   &tls.Config{RootCAs: d.Roots, MinVersion: tls.VersionTLS12},
		DisableKeepAlives: true,
	}
}

// refuses is why a link to u is refused; "" if it is not.
func (d Downloader) refuses(u *url.URL) string {
	switch {
	case u.Scheme == "http" && len(d.Allow) == 0:
		return "its scheme is http, which only addresses of Downloader.Allow may have"
	case u.Scheme != "https" && u.Scheme != "http":
		return "its scheme is not https"
	case u.Hostname() == "":
		return "it has no host"
	case u.User != nil:
		return "it has a user or a password"
	default:
		return ""
	}
}

// recheck holds a redirect, three at most, to what holds for a link, and takes
// away the Referer in which http.Client would tell the next host the first
// link's secrets.
func (d Downloader) recheck(req *http.Request, via []*http.Request) error {
	const most = 3
	if len(via) > most {
		return &Error{Kind: ErrRedirect}
	}
	if why := d.refuses(req.URL); why != "" {
		return &Error{Kind: ErrLink, Why: why}
	}
	if req.URL.Scheme == "http" && via[len(via)-1].URL.Scheme == "https" {
		return &Error{Kind: ErrLink, Why: "it leads from https to http"}
	}
	req.Header.Del("Referer")
	return nil
}

// sniff returns the type of data, empty if it is none of the four.
func sniff(data []byte) Type {
	switch {
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return ZIP
	case bytes.HasPrefix(data, []byte("%PDF-")):
		return PDF
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")):
		return JPEG
	case isXML(data):
		return XML
	default:
		return ""
	}
}

// isXML reports whether data begins as an XML document without a DOCTYPE. An
// HTML page does not: it has one, or its first element gives it away.
func isXML(data []byte) bool {
	d := xml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))))
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	for {
		token, err := d.RawToken()
		if err != nil {
			return false
		}
		switch t := token.(type) {
		case xml.StartElement:
			return !strings.EqualFold(t.Name.Local, "html")
		case xml.Directive:
			return false
		case xml.CharData:
			if len(bytes.TrimSpace(t)) > 0 {
				return false
			}
		}
	}
}
