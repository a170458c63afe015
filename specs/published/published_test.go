package published

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/specs/importing"
)

func TestPublished(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "specs/published")
}

// document is what acme publishes; its description is no fact that is kept.
const document = `openapi: 3.0.3
info: {title: Acme, version: "1", description: Invented.}
paths:
  /checks:
    get:
      operationId: getCheck
      responses:
        "200": {description: ok}
`

// dated is how the import is told the date of the document.
var dated = []string{"-date", "2026-11-01"}

var _ = Describe("what is published", func() {
	var (
		specs     string
		server    *httptest.Server
		mux       *http.ServeMux
		out, errs bytes.Buffer
		transport http.RoundTripper
		prose     = strings.Replace(document, "Invented.", "Invented anew.", 1)
		fact      = strings.Replace(document, `"200"`, `"201"`, 1)
	)
	BeforeEach(func() {
		specs = GinkgoT().TempDir()
		mux = http.NewServeMux()
		server = httptest.NewTLSServer(mux)
		DeferCleanup(server.Close)
		transport = server.Client().Transport
		out.Reset()
		errs.Reset()
		GinkgoT().Setenv("GITHUB_STEP_SUMMARY", "")
	})
	// list writes the import.yaml of a provider whose only source says this besides its name.
	list := func(provider, says string) {
		GinkgoHelper()
		Expect(os.MkdirAll(filepath.Join(specs, provider), 0o755)).To(Succeed())
		text := "publisher: Acme\nselect: {paths: [/]}\nsources: [{name: page, licence: Acme Free 1.0, " + says + "}]\n"
		Expect(os.WriteFile(filepath.Join(specs, provider, "import.yaml"), []byte(text), 0o600)).To(Succeed())
	}
	// takes imports the document as that source, of a date unless import.yaml says one.
	takes := func(provider string, date ...string) {
		GinkgoHelper()
		page := filepath.Join(GinkgoT().TempDir(), "page.yaml")
		Expect(os.WriteFile(page, []byte(document), 0o600)).To(Succeed())
		var said bytes.Buffer
		args := append([]string{"-specs", specs}, date...)
		Expect(importing.Run(append(args, provider, page), nil, io.Discard, &said)).To(Equal(0), said.String())
	}
	answers := func(path, text string) {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) })
	}
	redirects := func(path string, code int, to string) {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			http.SetCookie(w, &http.Cookie{Name: "seen", Value: "yes"})
			http.Redirect(w, r, to, code)
		})
	}
	ask := func(ctx context.Context) int {
		return run(ctx, transport, []string{"-specs", specs}, &out, &errs)
	}

	DescribeTable("is told for a publication", func(ctx SpecContext, path string, status int, says ...string) {
		list("acme", "url: '"+server.URL+path+"'")
		takes("acme", dated...)
		answers("/same", document)
		answers("/prose", prose)
		answers("/fact", fact)
		answers("/broken", "openapi: [")
		mux.HandleFunc("/page", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = io.WriteString(w, "<html>")
		})
		answers("/large", strings.Repeat("x", 8<<20+1))
		redirects("/moved", http.StatusMovedPermanently, "/same")
		redirects("/moved308", http.StatusPermanentRedirect, "/same")
		redirects("/movedled", http.StatusMovedPermanently, "/led")
		redirects("/ledmoved", http.StatusFound, "/moved")
		redirects("/movedtwice", http.StatusPermanentRedirect, "/moved")
		redirects("/led", http.StatusFound, "/same")
		for hop := range 6 { // from 0 there are six
			redirects(fmt.Sprintf("/hop%d", hop), http.StatusFound, fmt.Sprintf("/hop%d", hop+1))
		}
		answers("/hop6", document)
		redirects("/ledaway", http.StatusFound, "/fact")
		redirects("/round", http.StatusFound, "/round")
		redirects("/plain", http.StatusFound, "http://acme.example/")
		for path, code := range map[string]int{"/410": 410, "/403": 403, "/503": 503, "/429": 429} {
			mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) })
		}
		Expect(ask(ctx)).To(Equal(status), out.String())
		Expect(errs.String()).To(BeEmpty())
		text := strings.ReplaceAll(out.String(), server.URL, "")
		for _, want := range says {
			Expect(text).To(ContainSubstring(want))
		}
	},
		Entry("that is the same", "/same", same, "acme  page  same  of 2026-11-01\n", "1 publications: 1 same\n"),
		Entry("of which the prose changed", "/prose", same,
			"acme  page  same facts  sha256 is now ", "bytes; imported was ", "SOURCE=\"page\" FROM=page"),
		Entry("of which a fact changed", "/fact", changed,
			"acme  page  changed  sha256 is now ",
			"save /fact as page, then: make import PROVIDER=acme SOURCE=\"page\" FROM=page DATE=YYYY-MM-DD, "+
				"and make changes BASE=HEAD\n"),
		Entry("that is none any more", "/broken", changed, "page  changed ", "; it cannot be imported as it is\n"),
		Entry("that is now a page for people", "/page", unknown, "page  not judged  a page of HTML"),
		Entry("that is larger than all of them", "/large", unknown, "page  not judged  more than 8388608 bytes"),
		Entry("that moved for good", "/moved", changed,
			"page  moved  for good to /same\n",
			"write /same into specs/acme/import.yaml, then: make import PROVIDER=acme\n"),
		Entry("that moved for good, by the other status", "/moved308", changed, "page  moved  for good to /same\n"),
		Entry("that moved for good, twice", "/movedtwice", changed, "page  moved  for good to /same\n"),
		Entry("that moved for good, and is elsewhere from there for now", "/movedled", changed,
			"page  moved  for good to /led; redirected to /same\n",
			"write /led into specs/acme/import.yaml, then: make import PROVIDER=acme\n"),
		Entry("that is for now where something moved for good", "/ledmoved", same,
			"page  same  of 2026-11-01; redirected to /same\n"),
		Entry("that is five steps away", "/hop1", same, "page  same  of 2026-11-01; redirected to /hop6\n"),
		Entry("that is six steps away", "/hop0", unknown, "page  unreachable  it leads on and on\n"),
		Entry("that is elsewhere for now", "/led", same, "page  same  of 2026-11-01; redirected to /same\n"),
		Entry("that changed elsewhere", "/ledaway", changed,
			"page  changed ", "; redirected to /fact\n", "save /ledaway as page"),
		Entry("that leads round and round", "/round", unknown, "page  unreachable  it leads on and on\n"),
		Entry("that leads to no TLS", "/plain", unknown,
			"page  not judged  it leads to an address that is not https\n"),
		Entry("that is gone", "/none", changed,
			"page  gone  HTTP 404\n",
			"find where it is published now, and write that into specs/acme/import.yaml"),
		Entry("that is gone for good", "/410", changed, "page  gone  HTTP 410\n"),
		Entry("that is not shown", "/403", unknown, "page  not judged  HTTP 403\n"),
		Entry("whose server is down", "/503", unknown, "page  unreachable  HTTP 503\n"),
		Entry("whose server is asked too often", "/429", unknown, "page  unreachable  HTTP 429\n"),
	)

	It("asks for the file where there is a page for people, and carries no cookie", func(ctx SpecContext) {
		summary := filepath.Join(GinkgoT().TempDir(), "summary.md")
		GinkgoT().Setenv("GITHUB_STEP_SUMMARY", summary)
		list("acme", "url: 'https://acme.example/page', file: '"+server.URL+"/file'")
		takes("acme", dated...)
		redirects("/file", http.StatusFound, "/there")
		mux.HandleFunc("/there", func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, document+strings.Join(r.Header.Values("Cookie"), "# a cookie"))
		})
		Expect(ask(ctx)).To(Equal(same), out.String())
		Expect(out.String()).To(ContainSubstring("page  same "))
		Expect(os.ReadFile(summary)).To(ContainSubstring("[page](" + server.URL + "/file)"))
	})

	It("says that nothing is known of what was written by hand, but whether it is there", func(ctx SpecContext) {
		list("acme", "url: '"+server.URL+"/prose'")
		answers("/prose", prose)
		Expect(ask(ctx)).To(Equal(same), out.String())
		Expect(out.String()).To(ContainSubstring("page  there  no sum to compare it with"))
	})

	DescribeTable("knows an address that never changes", func(ctx SpecContext, text string, status int, says string) {
		sum := sha256.Sum256([]byte(document))
		list("acme", fmt.Sprintf("url: '%s/fixed', date: 2026-10-01, sha256: %x", server.URL, sum))
		takes("acme")
		answers("/fixed", text)
		Expect(ask(ctx)).To(Equal(status), out.String())
		Expect(out.String()).To(And(ContainSubstring(says), Not(ContainSubstring("imported as it is"))))
	},
		Entry("that has not", document, same, "page  same  of 2026-10-01, at an address that never changes\n"),
		Entry("that has all the same", prose, changed, "the content at this address was never to change: find out why"),
	)

	It("tells who cannot be reached beside who can, in a table too", func(ctx SpecContext) {
		summary := filepath.Join(GinkgoT().TempDir(), "summary.md")
		GinkgoT().Setenv("GITHUB_STEP_SUMMARY", summary)
		closed := httptest.NewTLSServer(mux)
		closed.Close()
		list("acme", "url: '"+server.URL+"/same'")
		takes("acme", dated...)
		answers("/same", document)
		list("birch", "url: '"+closed.URL+"/a'")
		list("cedar", "url: 'http://acme.example/'")
		list("dogwood", "url: ''")
		Expect(ask(ctx)).To(Equal(same), out.String())
		Expect(out.String()).To(And(
			ContainSubstring("birch    page  unreachable  "), ContainSubstring("connection refused"),
			ContainSubstring("cedar    page  not judged   import.yaml has no address with https\n"),
			ContainSubstring("dogwood  page  not judged "),
			HaveSuffix("\n4 publications: 1 same, 1 unreachable, 2 not judged\n")))
		Expect(os.ReadFile(summary)).To(And(
			ContainSubstring("### Publications\n\n| provider | source | | |\n|---|---|---|---|\n"),
			ContainSubstring("\n| acme | [page]("+server.URL+"/same) | same | of 2026-11-01 |\n")))
		Expect(os.RemoveAll(filepath.Join(specs, "acme"))).To(Succeed())
		Expect(ask(ctx)).To(Equal(unknown))
	})

	It("waits for no answer for ever", func(ctx SpecContext) {
		mux.HandleFunc("/slow", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
		f := fetcher{transport: transport, limit: 10, patience: 50 * time.Millisecond}
		found := f.find(ctx, specs, importing.Publication{URL: server.URL + "/slow"})
		Expect(found.state).To(Equal(unreachable))
		Expect(found.detail).To(Equal("no answer within 50ms"))
	})

	It("trusts no server that nobody vouches for", func(ctx SpecContext) {
		list("acme", "url: '"+server.URL+"/same'")
		answers("/same", document)
		transport = http.DefaultTransport
		Expect(ask(ctx)).To(Equal(unknown), out.String())
		Expect(out.String()).To(MatchRegexp("page  unreachable  .*certificate"))
	})

	It("ends when it is told to", func(ctx SpecContext) {
		list("acme", "url: '"+server.URL+"/same'")
		over, end := context.WithCancel(ctx)
		end()
		Expect(ask(over)).To(Equal(changed))
		Expect(errs.String()).To(Equal("published: interrupted\n"))
	})

	DescribeTable("is refused", func(ctx SpecContext, complaint string, args ...string) {
		list("acme", "url: '"+server.URL+"/same'")
		Expect(run(ctx, transport, append([]string{"-specs", specs}, args...), &out, &errs)).To(Equal(usage))
		Expect(errs.String()).To(ContainSubstring(complaint))
		Expect(out.String()).To(BeEmpty())
	},
		Entry("for an unknown provider", `unknown provider "unlisted"`, "-provider", "unlisted"),
		Entry("with a word", `"acme" means nothing here; -provider names a provider`, "acme"),
		Entry("with an unknown flag", "flag provided but not defined", "-colour"),
		Entry("where nothing is listed", "no import.yaml below nowhere lists a publication", "-specs", "nowhere"),
	)
})
