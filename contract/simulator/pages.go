package simulator

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"math/big"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/internal/saying"
)

//go:embed page
var pageFiles embed.FS

var pageTemplates = template.Must(template.New("").
	Funcs(template.FuncMap{"said": saying.Duration}).ParseFS(pageFiles, "page/*.html"))

// pages adds what people look at: the first page, the consent page and the files.
func (s *Simulator) pages() {
	key := rand.Text()
	s.mux.HandleFunc("GET /{$}", s.index)
	s.mux.HandleFunc("POST /{$}", s.command)
	for _, name := range []string{"style.css", "index.js"} {
		s.mux.HandleFunc("GET /"+name, func(w http.ResponseWriter, r *http.Request) {
			http.ServeFileFS(w, r, pageFiles, "page/"+name)
		})
	}
	s.mux.HandleFunc("GET /done", func(w http.ResponseWriter, _ *http.Request) {
		s.show(w, http.StatusOK, "message", message(goneDone))
	})
	for _, p := range s.services {
		c := consentPage{p, []byte(key)}
		s.mux.HandleFunc("GET /consent/"+p.name+"/{token}", c.get)
		s.mux.HandleFunc("POST /consent/"+p.name+"/{token}", c.post)
		s.mux.HandleFunc("GET /files/"+p.name+"/{token}", p.download)
	}
}

func (j *journey) consentURL() string {
	return j.origin + "/consent/" + j.service.name + "/" + j.token
}

// returnTo is the caller's redirect URL with that query added to its own.
func (j *journey) returnTo(query string) string {
	if back := AddQuery(j.redirect, query); back != "" {
		return back
	}
	return j.origin + "/done"
}

// AddQuery is the address with that query added to its own; "" if it is no address.
func AddQuery(address, query string) string {
	u, err := url.Parse(address)
	if err != nil || address == "" {
		return ""
	}
	if u.RawQuery != "" && query != "" {
		u.RawQuery += "&"
	}
	u.RawQuery += query
	return u.String()
}

// show writes a page.
func (s *Simulator) show(w http.ResponseWriter, status int, name string, data any) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "same-origin") // with no-referrer, forms have no origin that could be checked without TLS
	h.Set("X-Content-Type-Options", "nosniff")
	if name == "index" {
		h.Set("Content-Security-Policy", policy+"; script-src 'self'; connect-src 'self'")
	} else {
		h.Set("Content-Security-Policy", policy)
	}
	w.WriteHeader(status)
	if err := pageTemplates.ExecuteTemplate(w, name+".html", data); err != nil {
		s.opts.Logger.Warn("a page was not written", "page", name, "error", err)
	}
}

// policy is of pages without scripts. It has no form-action: browsers hold that against every redirect after a
// form, and where the caller sends users on to from its redirect URL is not known.
const policy = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"

// note is a page that only says something.
type note struct{ Title, Text string }

const (
	goneUnknown = iota
	goneExpired
	goneUsed
	goneDone
	goneForged
	goneFile
	goneNever
)

func message(which int) note {
	return [...]note{
		goneUnknown: {"No such journey", "This link belongs to no journey that the simulator knows. " +
			"It may have forgotten it: only the newest journeys are kept, and none over a restart."},
		goneExpired: {"The link has expired", "A consent link can be used for ten minutes. " +
			"Go back to the shop that sent you here and start again."},
		goneUsed: {"The link was used", "A consent link can be used once, and this journey has ended. " +
			"Go back to the shop that sent you here."},
		goneDone: {"You are done", "The journey has ended. Whoever started it gave no address to go back to."},
		goneForged: {"That did not come from this page", "The form was sent from elsewhere, " +
			"or this page was open for too long. Open your link again."},
		goneFile:  {"The file is gone", "The link of a file can be used for 48 hours."},
		goneNever: {"There is no such file", "The simulator does not make this document, or not in this format."},
	}[which]
}

// consentPage is where the user of a journey signs in and decides.
type consentPage struct {
	*Service
	key []byte
}

// visit is how far the user of a journey is.
type visit struct {
	session string // of the browser that signed in
	person  *Person
	otp     string // "" once it was given
	tries   int    // wrong ones
}

// The steps of the page.
const (
	stepNumber    = "number"
	stepOTP       = "otp"
	stepDocuments = "documents"
)

// maxTries is how many wrong OTPs send the user back to the start.
const maxTries = 3

// consentForm is what the page shows.
type consentForm struct {
	Provider  string
	Host      string // where the user goes back to
	SignUp    bool
	Step      string
	Token     string // against forged forms
	Error     string
	Number    string // as entered
	OTP       string
	Person    *Person
	People    []*Person
	Documents []offer
	// NewAccount says that the person has no account before allowing.
	NewAccount bool
}

// offer is a document that the page asks for.
type offer struct {
	Document kyc.Document
	Name     string
	There    bool // in the user's account
	Checked  bool
}

var documentNames = map[kyc.Document]string{kyc.Aadhaar: "Aadhaar", kyc.PAN: "PAN card", kyc.DrivingLicence: "Driving licence"}

const cookieName = "simulator_visit"

// open finds the journey of the request, or says why the page is of no use.
func (c consentPage) open(w http.ResponseWriter, r *http.Request) *journey {
	j := c.store.findToken(r.PathValue("token"))
	if j == nil {
		c.sim.show(w, http.StatusNotFound, "message", message(goneUnknown))
		return nil
	}
	switch j.is(c.sim.Now()) {
	case Pending:
		return j
	case LinkExpired:
		c.sim.show(w, http.StatusGone, "message", message(goneExpired))
	default:
		c.sim.show(w, http.StatusGone, "message", message(goneUsed))
	}
	return nil
}

// offers are the documents that the user of j is asked for.
func (c consentPage) offers(j *journey) []kyc.Document {
	if c.behaviour.Offers == nil {
		return j.requested
	}
	return c.behaviour.Offers(j.snapshot(c.sim.Now()))
}

// token is what a form must send back: it belongs to one browser and one journey.
func (c consentPage) token(session string, j *journey) string {
	mac := hmac.New(sha256.New, c.key)
	mac.Write([]byte(session + " " + j.token))
	return hex.EncodeToString(mac.Sum(nil))
}

func (c consentPage) get(w http.ResponseWriter, r *http.Request) {
	j := c.open(w, r)
	if j == nil {
		return
	}
	session := sessionOf(r)
	if session == "" {
		session = rand.Text()
		http.SetCookie(w, &http.Cookie{
			Name: cookieName, Value: session, Path: r.URL.Path, HttpOnly: true, Secure: r.TLS != nil, SameSite: http.SameSiteLaxMode,
		})
	}
	c.render(w, j, session, http.StatusOK, "", "")
}

func sessionOf(r *http.Request) string {
	cookie, err := r.Cookie(cookieName)
	if err != nil || len(cookie.Value) > 64 { // the simulator's own are shorter
		return ""
	}
	return cookie.Value
}

// render shows the step at which the browser is.
func (c consentPage) render(w http.ResponseWriter, j *journey, session string, status int, number, problem string) {
	j.mu.Lock()
	v := j.visit
	j.mu.Unlock()
	form := consentForm{
		Provider: c.title, SignUp: j.flow == "signup", Step: stepNumber, Token: c.token(session, j), Error: problem,
		Number: number, People: people,
	}
	if u, err := url.Parse(j.redirect); err == nil {
		form.Host = u.Host
	}
	if v.session == session && v.person != nil {
		form.Person, form.Step, form.OTP, form.NewAccount = v.person, v.step(), v.otp, !c.HasAccount(v.person)
	}
	for _, doc := range c.offers(j) {
		there := form.Person != nil && form.Person.Has(doc)
		form.Documents = append(form.Documents, offer{doc, documentNames[doc], there, there})
	}
	c.sim.show(w, status, "consent", form)
}

// step is where a user who has said who they are goes on.
func (v visit) step() string {
	if v.otp != "" {
		return stepOTP
	}
	return stepDocuments
}

func (c consentPage) post(w http.ResponseWriter, r *http.Request) {
	j := c.open(w, r)
	if j == nil {
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
	session := sessionOf(r)
	if err := r.ParseForm(); err != nil || session == "" || crossOrigin.Check(r) != nil ||
		!hmac.Equal([]byte(r.PostForm.Get("token")), []byte(c.token(session, j))) {
		c.sim.show(w, http.StatusForbidden, "message", message(goneForged))
		return
	}
	switch r.PostForm.Get("decision") {
	case "deny":
		c.finish(w, r, j, Denied, nil, nil)
		return
	case "restart":
		j.restart(session)
		http.Redirect(w, r, r.URL.Path, http.StatusSeeOther)
		return
	}
	switch step := r.PostForm.Get("step"); step {
	case stepNumber:
		number := strings.Join(strings.Fields(r.PostForm.Get("number")), "")
		if problem := j.identify(session, number); problem != "" {
			c.render(w, j, session, http.StatusUnprocessableEntity, number, problem)
			return
		}
	case stepOTP:
		if problem := j.confirm(session, strings.TrimSpace(r.PostForm.Get("otp"))); problem != "" {
			c.render(w, j, session, http.StatusUnprocessableEntity, "", problem)
			return
		}
	case stepDocuments:
		if person := j.signedIn(session); person != nil && r.PostForm.Get("decision") == "allow" {
			var shared []kyc.Document
			for _, doc := range c.offers(j) {
				if person.Has(doc) && slices.Contains(r.PostForm["document"], string(doc)) {
					shared = append(shared, doc)
				}
			}
			c.finish(w, r, j, Granted, person, shared)
			return
		}
	}
	http.Redirect(w, r, r.URL.Path, http.StatusSeeOther) // to the step where the user is
}

var crossOrigin = http.NewCrossOriginProtection()

// identify begins a sign-in. It says what is wrong with the number.
func (j *journey) identify(session, number string) string {
	person := FindPerson(number)
	switch {
	case number == "":
		return "Enter a mobile or Aadhaar number."
	case person == nil:
		return "No invented person has this number. Take one of those listed."
	}
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return "The machine has no random numbers." // crypto/rand does not fail
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.visit = visit{session: session, person: person, otp: fmt.Sprintf("%06d", n)}
	return ""
}

// confirm ends a sign-in. It says what is wrong with the OTP.
func (j *journey) confirm(session, otp string) string {
	j.mu.Lock()
	defer j.mu.Unlock()
	v := &j.visit
	switch {
	case v.session != session || v.otp == "":
		return ""
	case otp == v.otp:
		v.otp = ""
		return ""
	}
	if v.tries++; v.tries >= maxTries {
		*v = visit{}
		return "The OTP was wrong three times. Sign in again."
	}
	return "This is not the OTP."
}

// restart forgets who began to sign in with that browser.
func (j *journey) restart(session string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.visit.session == session {
		j.visit = visit{}
	}
}

// signedIn is the person who signed in with that browser, nil if nobody did.
func (j *journey) signedIn(session string) *Person {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.visit.session != session || j.visit.otp != "" {
		return nil
	}
	return j.visit.person
}

// finish ends the journey, tells the caller's server and sends the user back.
func (c consentPage) finish(w http.ResponseWriter, r *http.Request, j *journey, how State, person *Person, shared []kyc.Document) {
	if !j.end(c.sim.Now(), how, person, shared) {
		c.sim.show(w, http.StatusGone, "message", message(goneUsed)) // by another tab, in between
		return
	}
	if person != nil {
		c.sim.signedUp.Store(person.Key, true)
	}
	// Without the cookie, browsers do not show the page again as they kept it.
	http.SetCookie(w, &http.Cookie{Name: cookieName, Path: r.URL.Path, MaxAge: -1, HttpOnly: true, Secure: r.TLS != nil, SameSite: http.SameSiteLaxMode})
	now := c.sim.Now()
	if c.behaviour.Decided != nil {
		c.behaviour.Decided(c.Service, j.snapshot(now), now)
	}
	query := ""
	if c.behaviour.Back != nil {
		query = c.behaviour.Back(c.Service, j.snapshot(now))
	}
	http.Redirect(w, r, j.returnTo(query), http.StatusSeeOther)
}

// download serves a file of a user who consented.
func (s *Service) download(w http.ResponseWriter, r *http.Request) {
	l, found := s.store.findFile(r.PathValue("token"))
	if !found || s.sim.Now().After(l.until) {
		s.sim.show(w, http.StatusGone, "message", message(goneFile))
		return
	}
	data, err := s.file(l)
	if errors.Is(err, errNoFile) {
		s.sim.show(w, http.StatusNotFound, "message", message(goneNever))
		return
	}
	if err != nil {
		s.sim.opts.Logger.Error("a file was not made", "provider", s.name, "error", err)
		http.Error(w, "The simulator could not make the file.", http.StatusInternalServerError)
		return
	}
	types := map[string]string{"xml": "application/xml", "zip": "application/zip", "pdf": "application/pdf"}
	w.Header().Set("Content-Type", types[l.file.format])
	w.Header().Set("Content-Disposition", `attachment; filename="simulated.`+l.file.format+`"`)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
}
