package authpartner

import (
	"bytes"
	"crypto/hmac"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/simulator"
	"example.com/digilocker/contract/simulator/papers"
)

// The types of the samples' documents, as the engine knows a document. A simulated issuer has them too.
const (
	marksheet kyc.Document = "HSCER"
	income    kyc.Document = "INCER"
)

// kind is what a list says of a type of document.
type kind struct{ name, issuerID, issuer string }

var kinds = map[kyc.Document]kind{
	kyc.Aadhaar:        {"Aadhaar Card", "in.gov.uidai", "Unique Identification Authority of India (UIDAI)"},
	kyc.PAN:            {"PAN Verification Record", "in.gov.pan", "Income Tax Department"},
	kyc.DrivingLicence: {"Driving License", "in.gov.transport", "Ministry of Road Transport and Highways"},
	marksheet:          {"Class XII Marksheet", "in.gov.cbse", "CBSE"},
	income:             {"Income Certificate", "in.gov.delhi", "Delhi eDistrict"},
}

// The URIs of the samples.
const (
	marksheetURI = "in.gov.cbse-HSCER-201412345678"
	incomeURI    = "in.gov.delhi-INCER-98765432"
)

// uriOf is the URI of a document of p's account.
func uriOf(p *simulator.Person, doc kyc.Document) string {
	number := ""
	switch doc {
	case kyc.Aadhaar:
		number = sum("Aadhaar of " + p.Mobile)[:32]
	case kyc.PAN:
		number = p.PANCard().Number
	case kyc.DrivingLicence:
		number = p.DrivingLicence().Number
	}
	return kinds[doc].issuerID + "-" + codes[doc] + "-" + number
}

// item is a document of the issued list.
type item struct {
	Name        string          `json:"name"`
	Type        string          `json:"type"`
	Size        string          `json:"size"`
	Date        string          `json:"date"`
	Parent      string          `json:"parent"`
	Mime        json.RawMessage `json:"mime"`
	URI         string          `json:"uri"`
	Doctype     string          `json:"doctype"`
	Description string          `json:"description"`
	IssuerID    string          `json:"issuerid"`
	Issuer      string          `json:"issuer"`

	doc kyc.Document
}

// The media types of a document, as a list has them: one as a text, several as texts (DL-D27).
var (
	pdfAlone  = json.RawMessage(`"application/pdf"`)
	pdfAndXML = json.RawMessage(`["application/pdf","application/xml"]`)
)

// issuedOn is when each document was issued, with a blank in front as in the samples (DL-D28).
const issuedOn = " 2015-05-12T15:50:38Z"

func newItem(doc kyc.Document, uri string, mime json.RawMessage) item {
	k := kinds[doc]
	_, code, _ := strings.Cut(uri, "-")
	code, _, _ = strings.Cut(code, "-")
	return item{
		Name: k.name, Type: "file", Date: issuedOn, Mime: mime, URI: uri, Doctype: code, Description: k.name,
		IssuerID: k.issuerID, Issuer: k.issuer, doc: doc,
	}
}

// issued are the documents that the token of j opens at that time: of the published person the two of the sample, what
// the user shared, and what was pulled besides.
func issued(j *simulator.Journey, now time.Time) []item {
	g := grantOf(j)
	var all []item
	if j.Person.Published {
		for _, one := range []item{newItem(marksheet, marksheetURI, pdfAlone), newItem(income, incomeURI, pdfAndXML)} {
			if g.approves(one.Doctype) {
				all = append(all, one)
			}
		}
	}
	for _, doc := range everything {
		mime := pdfAndXML
		if doc == kyc.Aadhaar { // which has an operation of its own
			mime = json.RawMessage(`"application/xml"`)
		}
		if j.Has(doc) {
			all = append(all, newItem(doc, uriOf(j.Person, doc), mime))
		}
	}
	for _, p := range g.pulled {
		listed := slices.ContainsFunc(all, func(one item) bool { return one.URI == p.uri })
		if !now.Before(p.from) && !listed {
			all = append(all, newItem(p.doc, p.uri, pdfAlone))
		}
	}
	return all
}

func listIssued(x *simulator.Exchange) simulator.Reply {
	j, wrong := allowed(x, issuedScope)
	if wrong != nil {
		return *wrong
	}
	all := issued(j, x.Now)
	both := j.Person.Published && len(all) == 2 && all[0].URI == marksheetURI && all[1].URI == incomeURI
	if both || sampled(j) && grantOf(j).types == nil {
		return x.Say(nil, "200/two-documents-mended")
	}
	if all == nil {
		all = []item{}
	}
	text, _ := json.Marshal(all) // texts, and JSON
	return x.Say(simulator.Values{"/items": text}, "200/two-documents-mended")
}

// wanted is the journey and the document of the request's URI, or what is wrong with it.
func wanted(x *simulator.Exchange) (*simulator.Journey, item, *simulator.Reply) {
	j, wrong := allowed(x, issuedScope)
	if wrong != nil {
		return nil, item{}, wrong
	}
	uri := x.Request.PathValue("uri")
	if strings.TrimSpace(uri) == "" {
		r := x.Say(nil, "400/uri-missing")
		return nil, item{}, &r
	}
	for _, one := range issued(j, x.Now) {
		if one.URI == uri {
			return j, one, nil
		}
	}
	for _, doc := range everything { // that the account has, and the user did not share
		if j.Person.Has(doc) && uriOf(j.Person, doc) == uri {
			return nil, item{}, insufficient()
		}
	}
	return nil, item{}, noFile()
}

func noFile() *simulator.Reply {
	return refusal(http.StatusNotFound, "invalid_uri", "No file found for given URI")
}

// getFile gives each issued document as a PDF but Aadhaar, and each uploaded one as it is.
func getFile(x *simulator.Exchange) simulator.Reply {
	if j := bearer(x); j != nil {
		if file, there := uploaded(j, x.Request.PathValue("uri")); there {
			if !grantOf(j).has(uploadedScope) {
				return *insufficient()
			}
			return *vouched(file.mediaType, file.content)
		}
	}
	_, one, wrong := wanted(x)
	switch {
	case wrong != nil:
		return *wrong
	case one.doc == kyc.Aadhaar:
		return *noFile()
	}
	return *vouched("application/pdf", papers.PDF(one.Name, "Nobody issued this, and it is about nobody."))
}

// getXML gives a document that is listed with XML.
func getXML(x *simulator.Exchange) simulator.Reply {
	j, one, wrong := wanted(x)
	switch {
	case wrong != nil:
		return *wrong
	case one.doc == kyc.Aadhaar, !bytes.Contains(one.Mime, []byte("xml")):
		return *noFile()
	}
	return xmlOf(x, j, one.doc)
}

// xmlOf is the signed XML of a document that j has.
func xmlOf(x *simulator.Exchange, j *simulator.Journey, doc kyc.Document) simulator.Reply {
	text, err := x.File(j, doc, "xml")
	if err != nil {
		panic(fmt.Sprintf("simulator: a document was not signed: %v", err))
	}
	return *vouched("application/xml", text)
}

func getEAadhaar(x *simulator.Exchange) simulator.Reply {
	j, wrong := allowed(x, issuedScope)
	switch {
	case wrong != nil:
		return *wrong
	case !j.Person.Has(kyc.Aadhaar):
		return *notLinked()
	case !j.Has(kyc.Aadhaar):
		return *insufficient()
	}
	return xmlOf(x, j, kyc.Aadhaar)
}

func notLinked() *simulator.Reply {
	return refusal(http.StatusNotFound, "aadhaar_not_linked", "Aadhaar is not linked to the account")
}

// paper is the unsigned XML of a document. No example says what the published person's documents say, so that they say
// what is invented.
func paper(_ *simulator.Service, j *simulator.Journey, doc kyc.Document, at time.Time) []byte {
	switch doc {
	case kyc.Aadhaar:
		return j.Person.EAadhaar().XML(at)
	case kyc.PAN:
		return j.Person.PANCard().XML(at)
	case kyc.DrivingLicence:
		return j.Person.DrivingLicence().XML(at)
	case income:
		return []byte(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` +
			`<Certificate language="99" name="Income Certificate" type="INCER" number="98765432" status="A">` +
			`<IssuedTo><Person name="Sample Person"></Person></IssuedTo>` +
			`<CertificateData></CertificateData></Certificate>`)
	default:
		return nil
	}
}

// upload is a file that the user's caller put into the account.
type upload struct {
	folder, name, mediaType, uri string
	content                      []byte
	at                           time.Time
}

// How many uploads a journey keeps, and how many bytes of them together: the oldest go first.
const (
	mostUploads  = 20
	mostUploaded = largestUpload
)

// kept are those of the uploads that a journey keeps, which are the last.
func kept(all []upload) []upload {
	size, from := 0, len(all)
	for from > max(0, len(all)-mostUploads) && size+len(all[from-1].content) <= mostUploaded {
		from--
		size += len(all[from].content)
	}
	return all[from:]
}

// sampleURI is that of the file that the published person uploaded.
const sampleURI = "in.gov.digilocker-OTHER-39491058586222"

// uploaded is the file of that URI that the user of j uploaded, or the user's caller.
func uploaded(j *simulator.Journey, uri string) (file upload, there bool) {
	if uri == sampleURI && j.Person.Published {
		content := papers.PDF("Income Certificate", "Nobody issued this, and it is about nobody.")
		return upload{mediaType: "application/pdf", content: content}, true
	}
	for _, u := range grantOf(j).uploaded {
		if u.uri == uri {
			return u, true
		}
	}
	return upload{}, false
}

// The ids of the folders in the sample.
const (
	rootID   = "1234"
	folderID = "5678"
)

// folders are the directories by their ids.
var folders = map[string]string{rootID: "/", folderID: "/My Documents"}

// entry is one of a folder.
type entry struct {
	Name        string `json:"name"`
	Type        string `json:"type"`
	ID          string `json:"id"`
	Size        string `json:"size"`
	Date        string `json:"date"`
	Parent      string `json:"parent"`
	Mime        string `json:"mime"`
	URI         string `json:"uri"`
	Description string `json:"description"`
	Issuer      string `json:"issuer"`
}

func listRootFiles(x *simulator.Exchange) simulator.Reply { return folder(x, rootID) }

func listFiles(x *simulator.Exchange) simulator.Reply {
	return folder(x, x.Request.PathValue("id"))
}

// folder lists a folder: of the published person the root as in the sample, until there is something else in it.
func folder(x *simulator.Exchange, id string) simulator.Reply {
	j, wrong := allowed(x, uploadedScope)
	if wrong != nil {
		return *wrong
	}
	directory, there := folders[id]
	if !there {
		return x.Borrow("listFiles/404/invalid-id", 0)
	}
	r := x.Borrow("listFiles/200/root", 0)
	all := []entry{}
	if id == rootID {
		all = append(
			all,
			entry{Name: "My Documents", Type: "dir", ID: folderID, Size: "366481", Date: issuedOn, Parent: rootID},
		)
		if j.Person.Published {
			all = append(all, entry{
				Name: "myfile.pdf", Type: "file", Size: "366481", Date: issuedOn, Parent: rootID,
				Mime: "application/pdf",
				URI:  sampleURI, Description: "Income Certificate",
			})
		}
	}
	for _, u := range grantOf(j).uploaded {
		if u.folder == directory {
			all = append(all, entry{
				Name: u.name, Type: "file", Size: strconv.Itoa(len(u.content)),
				Date:   " " + u.at.UTC().Format("2006-01-02T15:04:05Z"),
				Parent: id, Mime: u.mediaType, URI: u.uri,
			})
		}
	}
	text, _ := json.Marshal(all)
	return *r.With(simulator.Values{"/directory": simulator.Quote(directory), "/items": text})
}

// largestUpload is 10 MB, in bytes.
const largestUpload = 10 << 20

// begins are the media types that are taken, with what a file of one begins with.
var begins = map[string]string{
	"image/jpg": "\xff\xd8\xff", "image/jpeg": "\xff\xd8\xff", "image/png": "\x89PNG", "application/pdf": "%PDF-",
}

func uploadFile(x *simulator.Exchange) simulator.Reply {
	j, refused := allowed(x, uploadedScope)
	if refused != nil {
		return *refused
	}
	h := x.Request.Header
	mediaType, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	to := h.Get("path")
	dir, name := path.Split(to)
	dir = path.Clean("/" + dir)
	bad := func(code, description string) simulator.Reply {
		return *refusal(http.StatusBadRequest, code, description)
	}
	switch {
	case h.Get("Content-Type") == "":
		return x.Say(nil, "400/content-type-missing")
	case to == "":
		return bad("path_missing", "Path parameter is missing")
	case h.Get("hmac") == "":
		return bad("hmac_missing", "HMAC parameter is missing")
	case name == "":
		return bad("filename_missing", "Filename is missing in path parameter")
	case strings.ContainsAny(name, `\:*?<>|'^~`):
		return bad("invalid_filename",
			`Restricted characters (\ / : * ? < > | ' ^ and ~) are not allowed in file name`)
	case len(x.Raw) > largestUpload:
		return bad("invalid_filesize", "The file size exceeds maximum allowed file size of 10MB")
	case err != nil || begins[mediaType] == "":
		return bad("invalid_filetype", "The file type is not allowed")
	case len(x.Raw) == 0:
		return bad("file_data_missing", "Missing file content in the request")
	case !bytes.HasPrefix(x.Raw, []byte(begins[mediaType])):
		return bad("mimetype_mismatch",
			"The mimetype provided in Content-Type parameter does not match with the mimetype of the file")
	case !hmac.Equal([]byte(h.Get("hmac")), []byte(sumOf(x.Raw))):
		return bad("hmac_mismatch", "HMAC does not match")
	case dir != folders[rootID] && dir != folders[folderID]:
		return bad("invalid_path", "The destination folder does not exist")
	}
	u := upload{
		folder: dir, name: name, mediaType: mediaType, content: bytes.Clone(x.Raw), at: x.Now,
		uri: fmt.Sprintf("in.gov.digilocker-OTHER-%014d", x.Number()),
	}
	x.Keep(j, func(before any) any {
		g := before.(grant)
		g.uploaded = slices.Clone(kept(append(slices.Clone(g.uploaded), u)))
		return g
	})
	return *simulator.JSON(http.StatusOK, []byte(`{"path":`+string(simulator.Quote(to))+
		`,"size":`+string(simulator.Quote(strconv.Itoa(len(u.content))))+`}`))
}

// pulled is a document that comes from its issuer.
type pulled struct {
	doc  kyc.Document
	uri  string
	from time.Time // when it is in the list
}

// pullable are the types that each of the organisations has.
var pullable = map[string]kyc.Document{
	"HSCER": marksheet, "INCER": income, "PANCR": kyc.PAN, "DRVLC": kyc.DrivingLicence,
}

// organisations are the issuers of the sample, by their orgid.
var organisations = []string{"000018", "000201"}

// The values of the sample's search parameters, for which there is a record.
const (
	sampleYear   = "2002"
	sampleRollNo = "C525690"
)

// The descriptions of a pull's refusals.
const (
	saysPending = "The details provided above do not exactly match with the details on the certificate. " +
		"Your request has been forwarded to the Issuer department. The Issuer department will verify the details " +
		"provided above. If the verification is successful, your certificate will be made available in the Issued " +
		"Documents section of your DigiLocker."
	saysNoRecord = "No record found in issuer database for given criteria. Please check the details and try again. " +
		"If problem persists, see the FAQ section for possible causes."
	saysExists   = "This document already exists in your Issued Documents."
	saysUnlinked = "To access issued documents, please link your Aadhaar number to your DigiLocker account."
)

// pullDocument finds a record for the sample's year and roll number. The person whose documents are being checked gets
// it later.
func pullDocument(x *simulator.Exchange) simulator.Reply {
	j, refused := allowed(x, issuedScope)
	if refused != nil {
		return *refused
	}
	form := x.Form()
	doc, known := pullable[form.Get("doctype")]
	switch {
	case !slices.Contains(organisations, form.Get("orgid")):
		return *refusal(http.StatusBadRequest, "invalid_orgid", "The orgid parameter is missing or invalid")
	case !known:
		return *refusal(http.StatusBadRequest, "invalid_doctype", "The doctype parameter is missing or invalid")
	case form.Get("consent") != "Y", !grantOf(j).approves(form.Get("doctype")), j.Person.Has(doc) && !j.Has(doc):
		return *insufficient()
	case j.Person.Aadhaar == "":
		return *refusal(http.StatusBadRequest, "aadhaar_not_linked", saysUnlinked)
	}
	p := pulled{doc, marksheetURI, x.Now}
	if doc == income {
		p.uri = incomeURI
	}
	found := codes[doc] == "" && form.Get("year") == sampleYear && form.Get("rollno") == sampleRollNo
	if j.Person.Slow {
		p.from = x.Now.Add(simulator.Validation)
	}
	answer := x.Say(simulator.Values{"/uri": simulator.Quote(p.uri)}, "200/pulled")
	x.Keep(j, func(kept any) any {
		g := kept.(grant)
		for _, before := range g.pulled {
			if before.doc == doc && x.Now.Before(before.from) {
				answer = *refusal(http.StatusBadRequest, "pull_response_pending", saysPending)
				return g
			}
		}
		now := *j
		now.Kept = g
		again := slices.ContainsFunc(g.pulled, func(before pulled) bool { return before.doc == doc })
		there := slices.ContainsFunc(issued(&now, x.Now), func(one item) bool { return one.doc == doc })
		switch {
		case there && (again || codes[doc] != "" || !j.Person.Published): // whose sample is listed and can be pulled
			answer = *refusal(http.StatusBadRequest, "uri_exists", saysExists)
			return g
		case !found:
			answer = *refusal(http.StatusNotFound, "record_not_found", saysNoRecord)
			return g
		case j.Person.Slow:
			answer = *refusal(http.StatusBadRequest, "pull_response_pending", saysPending)
		}
		g.pulled = append(slices.Clone(g.pulled), p)
		return g
	})
	return answer
}
