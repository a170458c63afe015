package surepass

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"
	"unicode/utf8"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/simulator"
	"example.com/digilocker/contract/simulator/papers"
)

// SimulatorToken is the token that the simulator takes. It is no secret and opens nothing else.
const SimulatorToken = "surepass-simulator-token-opens-nothing"

// The lives that a journey can be asked for, in minutes.
const (
	leastMinutes = 5
	mostMinutes  = 30
)

// behaviour has no word for a journey that the user refused, nor for one that nobody came to in time: both booleans
// stay false (SP-D11). A journey whose consent ran out is unknown.
var behaviour = simulator.Behaviour{
	Credentials: []simulator.Credential{{Name: "Authorization", Value: "Bearer " + SimulatorToken}},
	Refuse:      refuse,
	Variants:    variants,
	Unpublished: unpublished,
	Operations: map[string]func(*simulator.Exchange) simulator.Reply{
		"initialize":       initialize,
		"getStatus":        getStatus,
		"listDocuments":    listDocuments,
		"downloadDocument": downloadDocument,
		"downloadAadhaar":  downloadAadhaar,
	},
	Decided: tell,
	Paper:   paper,
	Curl: func(base string, _ time.Time) []string {
		return []string{
			base + "/api/v1/digilocker/initialize", "-H", "Authorization: Bearer " + SimulatorToken,
			"--json", `{"data":{"signup_flow":true,"redirect_url":"https://shop.example/back"}}`,
		}
	},
}

func refuse(x *simulator.Exchange) *simulator.Reply {
	if x.Request.Header.Get("Authorization") == "Bearer "+SimulatorToken {
		return nil
	}
	r := x.Borrow("listDocuments/401/invalid-or-expired-token", 0) // the others document none
	return &r
}

// options are those of the request that the simulator looks at.
type options struct {
	SignupFlow    *bool    `json:"signup_flow"`
	RedirectURL   string   `json:"redirect_url"`
	State         string   `json:"state"`
	ExpiryMinutes *float64 `json:"expiry_minutes"`
}

// read reads the options of the body, and says what is wrong with them; "" if nothing is.
func read(x *simulator.Exchange) (o options, wrong string) {
	if x.Missing("data") || json.Unmarshal(x.Body["data"], &o) != nil {
		return o, "data"
	}
	minutes := o.ExpiryMinutes
	switch {
	case o.SignupFlow == nil:
		return o, "signup_flow"
	case o.RedirectURL != "" && !simulator.WebAddress(o.RedirectURL):
		return o, "redirect_url"
	case utf8.RuneCountInString(o.State) > 100:
		return o, "state"
	case minutes != nil && (*minutes < leastMinutes || *minutes > mostMinutes || *minutes != float64(int(*minutes))):
		return o, "expiry_minutes"
	}
	return o, ""
}

// life is how long the journey's link lives: as asked for, and as in the samples otherwise.
func (o options) life() time.Duration {
	if o.ExpiryMinutes == nil {
		return simulator.LinkLife
	}
	return time.Duration(*o.ExpiryMinutes) * time.Minute
}

// refusal is one in Surepass's envelope; a code of "" is none.
func refusal(status int, message, code string) *simulator.Reply {
	body := `{"data":null,"status_code":` + strconv.Itoa(status) + `,"success":false,"message":` +
		string(simulator.Quote(message))
	if code != "" {
		body += `,"message_code":` + string(simulator.Quote(code))
	}
	return simulator.JSON(status, []byte(body+"}"))
}

// everything is what the consent page asks for: Surepass is not told which documents.
var everything = []kyc.Document{kyc.Aadhaar, kyc.PAN, kyc.DrivingLicence}

func initialize(x *simulator.Exchange) simulator.Reply {
	o, wrong := read(x)
	if wrong != "" {
		return *refusal(http.StatusUnprocessableEntity, "Invalid "+wrong, "")
	}
	flow := "signin"
	if *o.SignupFlow {
		flow = "signup"
	}
	j := x.StartFor(o.life(), "digilocker_"+random(x), o.RedirectURL, everything, flow)
	if j == nil {
		panic("simulator: Options.Random gave the same id twice")
	}
	return opened(x, j, j.Life)
}

// opened is the answer to who opened j, whose link lives for so long. The samples are of the SDKs' flow, and have no
// URL (SP-D8): who gives an address to come back to is in the link flow.
func opened(x *simulator.Exchange, j *simulator.Journey, life time.Duration) simulator.Reply {
	seconds := strconv.FormatFloat(life.Seconds(), 'f', 1, 64) // 600.0 (SP-D7)
	r := x.Say(simulator.Values{
		"/data/client_id": simulator.Quote(j.ID), "/data/token": simulator.Quote("sdk-" + random(x)),
		"/data/expiry_seconds": json.RawMessage(seconds),
	}, "200/sdk-flow")
	if j.Redirect == "" || r.Example == nil {
		return r
	}
	var said struct {
		Data        map[string]json.RawMessage `json:"data"`
		StatusCode  int                        `json:"status_code"`
		MessageCode string                     `json:"message_code"`
		Message     string                     `json:"message"`
		Success     bool                       `json:"success"`
	}
	if err := json.Unmarshal(r.Bytes(), &said); err != nil {
		panic(fmt.Sprintf("simulator: the example of the SDK flow: %v", err))
	}
	said.Data["url"] = simulator.Quote(j.ConsentURL())
	body, _ := json.Marshal(said) // of what was decoded from JSON
	return *simulator.JSON(http.StatusOK, body)
}

// letters are those of the samples' ids.
const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// spelt is twenty letters, one for each byte.
func spelt(b []byte) string {
	text := make([]byte, 20)
	for i := range text {
		text[i] = letters[int(b[i])%len(letters)]
	}
	return string(text)
}

// random is twenty random letters.
func random(x *simulator.Exchange) string {
	b := make([]byte, 20)
	if _, err := x.Options().Random.Read(b); err != nil {
		panic(fmt.Sprintf("simulator: Options.Random: %v", err))
	}
	return spelt(b)
}

// find is the journey of the path, or the answer to a journey that is not there, or no more.
func find(x *simulator.Exchange) (*simulator.Journey, *simulator.Reply) {
	j := x.Find(x.Request.PathValue("client_id"))
	if j == nil || j.State == simulator.ConsentExpired {
		r := x.Borrow("getStatus/404/client-not-found", 0) // the others document none
		return nil, &r
	}
	return j, nil
}

func getStatus(x *simulator.Exchange) simulator.Reply {
	j, wrong := find(x)
	if wrong != nil {
		return *wrong
	}
	if j.Person == nil {
		return x.Say(simulator.Values{
			"/data/status": simulator.Quote("pending"), "/data/completed": truth(false),
			"/data/aadhaar_linked": truth(false),
		}, "200/completed")
	}
	return x.Say(simulator.Values{"/data/aadhaar_linked": truth(j.Person.Aadhaar != "")}, "200/completed")
}

func truth(b bool) json.RawMessage { return json.RawMessage(strconv.FormatBool(b)) }

// kind is how Surepass lists a document.
type kind struct{ code, name, issuer, description string }

// kinds are the documents that the consent page has; the sample shows the first two.
var kinds = map[kyc.Document]kind{
	kyc.PAN: {"PANCR", "PAN Verification Record", "Income Tax Department", "PAN Verification Record"},
	kyc.Aadhaar: {"ADHAR", "Aadhaar Card", "Unique Identification Authority of India (UIDAI)",
		"Aadhaar Card"},
	kyc.DrivingLicence: {"DRVLC", "Driving License", "Simulated Transport Department", "Driving License"},
}

// order is that of the sample.
var order = []kyc.Document{kyc.PAN, kyc.Aadhaar, kyc.DrivingLicence}

// fileID is the id of a file of j.
func fileID(j *simulator.Journey, doc kyc.Document, format string) string {
	sum := sha256.Sum256([]byte(j.ID + "\x00" + string(doc) + "\x00" + format))
	return "digilocker_file_" + spelt(sum[:])
}

// listed is a list of j's documents, once for each of the formats. Whose format is said has a member more (SP-D18).
func listed(j *simulator.Journey, formats ...string) json.RawMessage {
	type item struct {
		FileID      string `json:"file_id"`
		Name        string `json:"name"`
		DocType     string `json:"doc_type"`
		Downloaded  bool   `json:"downloaded"`
		Issuer      string `json:"issuer"`
		Description string `json:"description"`
		FileType    string `json:"file_type,omitempty"`
	}
	items := []item{}
	for _, doc := range order {
		if !j.Has(doc) {
			continue
		}
		k := kinds[doc]
		for _, format := range formats {
			items = append(items, item{fileID(j, doc, format), k.name, k.code, true, k.issuer, k.description, format})
		}
	}
	text, _ := json.Marshal(items)
	return text
}

// marked is what is noted of a journey whose documents were listed.
const marked = "listed"

func listDocuments(x *simulator.Exchange) simulator.Reply {
	j, wrong := find(x)
	if wrong != nil {
		return *wrong
	}
	x.Mark(j, marked)
	return x.Say(simulator.Values{"/data/documents": listed(j, "")}, "200/two-documents")
}

// fileOf is the document, and the format, of which the path has the id; "" if j has no such file.
func fileOf(x *simulator.Exchange, j *simulator.Journey) (kyc.Document, string) {
	for doc := range kinds {
		for _, format := range []string{"", "xml", "pdf"} {
			if j.Has(doc) && x.Request.PathValue("file_id") == fileID(j, doc, format) {
				return doc, format
			}
		}
	}
	return "", ""
}

// mediaTypes are those of the formats; of a file whose format the list does not say, it is the first.
var mediaTypes = map[string]string{"": "application/xml", "xml": "application/xml", "pdf": "application/pdf"}

// downloadDocument knows no file before it was listed, as integrators report (SP-D19).
func downloadDocument(x *simulator.Exchange) simulator.Reply {
	j, wrong := find(x)
	if wrong != nil {
		return *wrong
	}
	doc, format := fileOf(x, j)
	if doc == "" || !j.Marked(marked) {
		return *refusal(http.StatusNotFound, "File ID not found", "")
	}
	shape := "xml"
	if format != "" {
		shape = format
	}
	link := x.Link(j, doc, shape) + "?" + url.Values{
		"X-Amz-Date":    {x.Now.UTC().Format("20060102T150405Z")},
		"X-Amz-Expires": {strconv.Itoa(int(simulator.FileLife / time.Second))},
	}.Encode()
	return *simulator.JSON(http.StatusOK, []byte(`{"data":{"download_url":`+string(simulator.Quote(link))+
		`,"mime_type":"`+mediaTypes[format]+`"},"status_code":200,"success":true,"message":"Success",`+
		`"message_code":"success"}`))
}

// downloadAadhaar hands the e-Aadhaar out once, as integrators report (SP-D22).
func downloadAadhaar(x *simulator.Exchange) simulator.Reply {
	j, wrong := find(x)
	if wrong != nil {
		return *wrong
	}
	switch {
	case !j.Has(kyc.Aadhaar):
		return *refusal(http.StatusBadRequest, "No Aadhaar", "")
	case x.Mark(j, "downloaded"):
		return *refusal(http.StatusUnprocessableEntity, "Already downloaded", "already_downloaded")
	}
	put := simulator.Values{
		"/data/client_id": simulator.Quote(j.ID), "/data/xml_url": simulator.Quote(x.Link(j, kyc.Aadhaar, "xml")),
	}
	if !j.Person.Published {
		putAadhaar(put, j.Person.EAadhaar())
	}
	return x.Say(put, "200/aadhaar")
}

func putAadhaar(put simulator.Values, a papers.Aadhaar) {
	born := isoDate(a.Birth)
	put.Texts("/data/digilocker_metadata/", map[string]string{"name": a.Name, "gender": a.Gender, "dob": born})
	put.Texts("/data/aadhaar_xml_data/", map[string]string{
		"full_name": a.Name, "care_of": a.CareOf, "dob": born, "yob": born[:4], "zip": a.PIN, "profile_image": a.Photo,
		"gender": a.Gender, "masked_aadhaar": "XXXXXXXX" + papers.LastFour(a.UID), "father_name": a.CareOf,
		"full_address": a.House + ", " + a.Street + ", " + a.City + ", " + a.State + ", " + a.Country,
	})
	put.Texts("/data/aadhaar_xml_data/address/", map[string]string{
		"country": a.Country, "dist": a.District, "state": a.State, "po": a.PostOffice, "house": a.House,
		"loc": a.Locality, "vtc": a.City, "subdist": a.SubDistrict, "street": a.Street, "landmark": a.Landmark,
	})
}

// isoDate turns DD-MM-YYYY round; a year stays one.
func isoDate(date string) string {
	if t, err := time.Parse("02-01-2006", date); err == nil {
		return t.Format(time.DateOnly)
	}
	return date
}

// tell sends the one webhook that is published: of a success, unsigned (SP-D13).
func tell(s *simulator.Service, j *simulator.Journey, _ time.Time) {
	example := s.Example("initialize/webhook/success")
	if example == nil || j.State != simulator.Granted {
		return
	}
	s.Notify(example.JSON(simulator.Values{"/client_id": simulator.Quote(j.ID)}), http.Header{})
}

// paper is the XML behind a file's link: of the published person what the sample says.
func paper(s *simulator.Service, j *simulator.Journey, doc kyc.Document, at time.Time) []byte {
	switch doc {
	case kyc.Aadhaar:
		a := j.Person.EAadhaar()
		if x := s.Example("downloadAadhaar/200/aadhaar"); j.Person.Published && x != nil {
			const in = "/data/aadhaar_xml_data/"
			a = papers.Aadhaar{
				Name: x.Text(in + "full_name"), Birth: dmy(x.Text(in + "dob")), Gender: x.Text(in + "gender"),
				UID: papers.LastFour(x.Text(in + "masked_aadhaar")), CareOf: x.Text(in + "care_of"),
				House: x.Text(in + "address/house"), Street: x.Text(in + "address/street"),
				Landmark: x.Text(in + "address/landmark"), Locality: x.Text(in + "address/loc"),
				City: x.Text(in + "address/vtc"), PostOffice: x.Text(in + "address/po"),
				SubDistrict: x.Text(in + "address/subdist"), District: x.Text(in + "address/dist"),
				State: x.Text(in + "address/state"), PIN: x.Text(in + "zip"), Country: x.Text(in + "address/country"),
			}
		}
		return a.XML(at)
	case kyc.PAN:
		return j.Person.PANCard().XML(at)
	case kyc.DrivingLicence:
		return j.Person.DrivingLicence().XML(at)
	default:
		return nil
	}
}

// dmy turns YYYY-MM-DD round, as the XML has it (SP-D26).
func dmy(date string) string {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	return t.Format("02-01-2006")
}
