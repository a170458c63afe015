package authpartner

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"example.com/digilocker/adapters/internal/call"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/wire"
	"example.com/digilocker/gen/authpartnerapi"
)

// ReadUser implements [kyc.UserReader]: what the account says of the user, which nobody signed. DigiLocker asks to be
// asked once for each token.
func (a *Adapter) ReadUser(ctx context.Context, ref kyc.Ref) (*kyc.Consent, error) {
	c := call.New(ctx, provider, getUser)
	j, err := a.granted(c, ref)
	if err != nil {
		return nil, err
	}
	resp, err := call.Fit(c, authpartnerapi.ParseGetUserResponse)(a.api.GetUserWithResponse(c.Context(), bearer(j)))
	switch {
	case err != nil:
		return nil, ofUser.failed(c, err)
	case resp.JSON200 == nil || refuses(c):
		return nil, ofUser.refused(c)
	}
	consent := a.consent(ref, j)
	consent.State = kyc.Granted // as the token was taken
	consent.User = toPerson(c, *resp.JSON200)
	if consent.User == nil {
		return nil, c.Missing("name")
	}
	if has := call.YesNo(&resp.JSON200.EAadhaar); has != nil {
		consent.EAadhaar = has
	}
	consent.TraceID, consent.Raw = trace(resp.JSON200.ReferenceKey), c.Raw()
	consent.Unread = c.Unread()
	return consent, nil
}

// ListDocuments implements [kyc.DocumentLister] for the issued documents: what the user uploaded is not in it. ID is
// what DigiLocker calls uri, which has a number of the user's in it. A list none of whose documents can be read is
// ErrUnexpected, and no list of nothing.
func (a *Adapter) ListDocuments(ctx context.Context, ref kyc.Ref) ([]kyc.ListedDocument, error) {
	c, list, err := a.list(ctx, ref)
	if err != nil {
		return nil, err
	}
	if out := c.LeftOut(inList); len(list) == 0 && len(out) > 0 {
		return nil, c.Missing(fmt.Sprintf("%s.%d", inList, out[0]))
	}
	listed := make([]kyc.ListedDocument, 0, len(list))
	for _, d := range list {
		listed = append(listed, d.ListedDocument)
	}
	return listed, nil
}

// spared are the members of a document without which it is known what it is, and had: all but its URI and its type.
var spared = []string{
	"items.*.name", "items.*.description", "items.*.issuer", "items.*.issuerid", "items.*.date", "items.*.mime",
	"items.*.size", "items.*.type", "items.*.parent",
}

func (a *Adapter) list(ctx context.Context, ref kyc.Ref) (*call.Call, []issued, error) {
	c := call.New(ctx, provider, listIssued)
	j, err := a.granted(c, ref)
	if err != nil {
		return c, nil, err
	}
	c.Spare(spared...)
	resp, err := call.Fit(c, authpartnerapi.ParseListIssuedResponse)(
		a.api.ListIssuedWithResponse(c.Context(), bearer(j)))
	switch {
	case err != nil:
		return c, nil, ofUser.failed(c, err)
	case resp.JSON200 == nil || refuses(c):
		return c, nil, ofUser.refused(c)
	case resp.JSON200.Items == nil:
		return c, nil, c.Missing("items")
	}
	list, err := toIssued(ctx, c, resp.JSON200.Items)
	return c, list, err
}

// Fetch implements [kyc.Provider]. Each record is Unopened, with the signed file in File.Content, unless Options.Verify
// opens it; the access token lives an hour in samples, after which Fetch is ErrExpired until Refresh. Before the
// exchange it is ErrPending, without a call, or what became of the journey: ErrDenied, ErrExpired.
//
// Aadhaar is the e-Aadhaar XML, for which the account is asked by one call. An account without Aadhaar is
// ErrNoDocument, and so is one whose Aadhaar has to be confirmed anew; what the user does not share is ErrDenied.
//
// PAN and DrivingLicence are looked for in the list of issued documents: the newest of its type is taken, and its XML.
// One whose URI is of another type than it says itself is not taken; where there is no other, that is ErrUnexpected,
// and so is a list with a document that cannot be read, as that may be the one.
// Where the list says that it has none, another file of the document is taken, which is Unopened too and which
// Options.Verify refuses, as only XML can be verified. A type that is not listed is ErrDenied, but ErrNoDocument where
// the user consented to it by name: then it may have to be pulled from its issuer first, which the adapter does not do
// (DL-D43). Any other document is [errors.ErrUnsupported]; FetchFile has it.
func (a *Adapter) Fetch(ctx context.Context, ref kyc.Ref, doc kyc.Document) (*kyc.Record, error) {
	code, known := codes[doc]
	if !known {
		return nil, call.Unsupported("authpartner: fetch", doc, a.Fetches()...)
	}
	c, file, err := a.fetchFile(ctx, ref, code, "")
	if err != nil {
		return nil, err
	}
	record := &kyc.Record{Document: doc, Unopened: true, File: file, Raw: file.Raw}
	file.Raw = kyc.Raw{} // the record has it
	return c.Verified(record, a.opts.Verify)
}

// Fetches implements [kyc.DocumentReader].
func (a *Adapter) Fetches() []kyc.Document {
	return []kyc.Document{kyc.Aadhaar, kyc.PAN, kyc.DrivingLicence}
}

// FetchFile implements [kyc.FileFetcher] for what ListDocuments lists. The file itself is in Content. Type is required;
// Format is "xml" or another of the document's, "jpg" and "jpeg" being one, and empty for the XML or, where there is
// none, another file. IssuerID and Parameters have to be empty. It fails as Fetch does; a document that is listed
// without that format is ErrNoDocument, and a file in another one ErrUnexpected. Of ADHAR, the XML is the e-Aadhaar.
func (a *Adapter) FetchFile(ctx context.Context, ref kyc.Ref, req kyc.FileRequest) (*kyc.File, error) {
	c := call.New(ctx, provider, listIssued)
	switch {
	case req.Type == "":
		return nil, c.Invalid("Type", "that of a ListedDocument")
	case req.IssuerID != "":
		return nil, c.Invalid("IssuerID", "nothing")
	case len(req.Parameters) > 0:
		return nil, c.Invalid("Parameters", "nothing")
	}
	_, file, err := a.fetchFile(ctx, ref, req.Type, named(strings.ToLower(req.Format)))
	return file, err
}

// fetchFile is a file of that type, in that format if there is one, and the last call that was made for it.
func (a *Adapter) fetchFile(
	ctx context.Context, ref kyc.Ref, code, format string,
) (*call.Call, *kyc.File, error) {
	if strings.EqualFold(code, codes[kyc.Aadhaar]) && (format == "" || format == xml) {
		return a.file(ctx, ref, getEAadhaar, xml, func(ctx context.Context, more editors) (*http.Response, error) {
			return a.files.GetEAadhaar(ctx, more...)
		})
	}
	c, list, err := a.list(ctx, ref)
	if err != nil {
		return c, nil, err
	}
	chosen, found := choose(list, code)
	switch {
	case !found:
		return c, nil, a.unlisted(c, ref, list, code)
	case format != "" && chosen.Formats != nil && !slices.Contains(chosen.Formats, format):
		return c, nil, c.Refused(kyc.ErrNoDocument, "", "") // in that format
	case format == xml, format == "" && (chosen.Formats == nil || slices.Contains(chosen.Formats, xml)):
		return a.file(ctx, ref, getXML, xml, func(ctx context.Context, more editors) (*http.Response, error) {
			return a.files.GetXML(ctx, chosen.ID.Reveal(), more...)
		})
	default:
		return a.file(ctx, ref, getFile, format, func(ctx context.Context, more editors) (*http.Response, error) {
			return a.files.GetFile(ctx, chosen.ID.Reveal(), more...)
		})
	}
}

// xml is the format that can be verified.
const xml = "xml"

// unlisted is why choose found no document in the list that c brought. Only where each of the list can be told from it
// there is none.
func (a *Adapter) unlisted(c *call.Call, ref kyc.Ref, list []issued, code string) error {
	for _, d := range list {
		switch {
		case strings.EqualFold(d.Type, code): // with a URI that is none, or that of another type
			return c.Missing(fmt.Sprintf("%s.%d.uri", inList, d.place))
		case strings.EqualFold(typeOf(d.ID.Reveal()), code):
			return c.Missing(fmt.Sprintf("%s.%d.doctype", inList, d.place))
		case d.Type == "":
			return c.Missing(fmt.Sprintf("%s.%d", inList, d.place))
		}
	}
	if out := c.LeftOut(inList); len(out) > 0 {
		return c.Missing(fmt.Sprintf("%s.%d", inList, out[0]))
	}
	j, err := a.open(c, ref)
	if err == nil && j.Granted != nil && slices.Contains(*j.Granted, documentOf(code)) {
		return c.Refused(kyc.ErrNoDocument, "", "")
	}
	return c.Refused(kyc.ErrDenied, "", "")
}

type editors []authpartnerapi.RequestEditorFn

// file asks for a file in that format, any if it is empty, and checks the hmac over it before it is read.
func (a *Adapter) file(
	ctx context.Context, ref kyc.Ref, op, format string, ask func(context.Context, editors) (*http.Response, error),
) (*call.Call, *kyc.File, error) {
	c := call.New(ctx, provider, op)
	j, err := a.granted(c, ref)
	if err != nil {
		return c, nil, err
	}
	creds, err := a.credentials(c) // by whose secret DigiLocker vouches for what it sends
	if err != nil {
		return c, nil, err
	}
	resp, err := ask(c.Context(), editors{bearer(j), unpacked}) //nolint:bodyclose // in memory
	switch {
	case err != nil:
		return c, nil, ofUser.failed(c, err)
	case resp.StatusCode != http.StatusOK:
		return c, nil, ofUser.refused(c)
	}
	content, err := a.vouched(c, op, creds, resp.Header)
	switch {
	case err != nil:
		return c, nil, err
	case refuses(c):
		return c, nil, ofUser.refused(c)
	}
	kind := kindOf(content)
	if kind == "" || format != "" && kind != format {
		return c, nil, c.Refused(kyc.ErrUnexpected, "", "")
	}
	return c, &kyc.File{Content: kyc.NewRaw(content), Format: kind, Raw: c.Raw()}, nil
}

// unpacked asks for a file as it is, over which its hmac is (DL-D35).
func unpacked(_ context.Context, req *http.Request) error {
	req.Header.Set("Accept-Encoding", "identity")
	return nil
}

// vouched is the content of a file for which its hmac vouches: the Base64 of an HMAC-SHA-256 with the secret as key,
// over the body as it came or, where it came packed although nobody asked for that, as it was before (DL-D35). A body
// that cannot be unpacked is what is wrong only where the sum is right, or none is there.
func (a *Adapter) vouched(c *call.Call, op string, creds Credentials, header http.Header) ([]byte, error) {
	body := c.Raw().Bytes()
	content, unreadable := unpack(header.Get("Content-Encoding"), body)
	sums := header.Values("hmac")
	switch {
	case len(sums) == 0 && a.opts.RequireHMAC:
		return nil, unverified(c, op, "there, as Options.RequireHMAC says")
	case len(sums) > 0:
		sum, err := base64.StdEncoding.DecodeString(strings.TrimSpace(sums[0]))
		right := err == nil && len(sums) == 1 &&
			(signs(creds, sum, body) || unreadable == nil && signs(creds, sum, content))
		if !right {
			return nil, unverified(c, op, "that of the file")
		}
	}
	if unreadable != nil {
		return nil, c.Missing("Content-Encoding")
	}
	return content, nil
}

// signs reports whether a sum is that of the body.
func signs(creds Credentials, sum, body []byte) bool {
	h := hmac.New(sha256.New, []byte(creds.ClientSecret.Reveal()))
	h.Write(body)
	return hmac.Equal(sum, h.Sum(nil))
}

// unpack undoes the encoding of a body, up to the limit that every answer has.
func unpack(encoding string, body []byte) ([]byte, error) {
	switch strings.ToLower(encoding) {
	case "", "identity":
		return body, nil
	case "gzip", "x-gzip":
	default:
		return nil, errors.ErrUnsupported
	}
	r, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	size, err := io.Copy(io.Discard, io.LimitReader(r, wire.DefaultBody+1)) // before any room is made for it
	switch {
	case err != nil:
		return nil, err
	case size > wire.DefaultBody:
		return nil, errors.New("too large")
	}
	if err := r.Reset(bytes.NewReader(body)); err != nil {
		return nil, err
	}
	content := make([]byte, size)
	_, err = io.ReadFull(r, content)
	return content, err
}
