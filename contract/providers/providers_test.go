package providers_test

import (
	"bytes"
	"go/scanner"
	"go/token"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/internal/calls"
	"example.com/digilocker/contract/providers"
	"example.com/digilocker/contract/simulator"
	"example.com/digilocker/specs/document"
)

func TestProviders(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "contract/providers")
}

// What follows from the list alone, of whatever providers.
var _ = Describe("Each provider's simulator", func() {
	for _, p := range providers.Simulated() {
		Context("of "+p.Title, Label(p.Name), func() {
			var doc *example.Document
			BeforeEach(func() {
				root, err := document.Parse(p.Name, p.Document)
				Expect(err).NotTo(HaveOccurred())
				doc, err = example.New(p.Name, root)
				Expect(err).NotTo(HaveOccurred())
			})

			It("has behaviour for every operation", func() {
				for _, op := range doc.Operations {
					Expect(p.Behaviour.Operations).To(HaveKeyWithValue(op.ID, Not(BeNil())))
				}
			})

			It("has examples for every cause", func() {
				for cause, names := range p.Behaviour.Causes {
					for _, name := range names {
						Expect(slices.ContainsFunc(doc.Entries, func(e example.Entry) bool {
							return e.ID == p.Name+"/"+e.Operation+"/"+name
						})).To(BeTrue(), "%s: %s", cause, name)
					}
				}
			})

			It("does not pass for it", func(ctx SpecContext) {
				_, server := calls.Serving(simulator.Options{}, p)
				for _, address := range doc.Servers() {
					u, err := url.Parse(address)
					Expect(err).NotTo(HaveOccurred())
					Expect(calls.Send(ctx, "GET", server.URL+"/", "", "Host", u.Host).Status).
						To(Equal(http.StatusMisdirectedRequest), address)
				}
			})

			It("is alone, and starts a journey by the command of the first page", func(ctx SpecContext) {
				_, server := calls.Serving(simulator.Options{}, p)
				page := calls.Send(ctx, "GET", server.URL+"/", "").Body
				Expect(page).To(ContainSubstring("It answers as " + p.Title + " documents it"))
				for _, c := range p.Behaviour.Credentials {
					Expect(page).To(ContainSubstring("<dt>" + c.Name + "</dt><dd><code>" + c.Value + "</code>"))
				}
				args := p.Behaviour.Curl(server.URL+"/"+p.Name, time.Now())
				header, body := []string{"Content-Type", "application/json"}, ""
				for i := 1; i+1 < len(args); i += 2 {
					switch args[i] {
					case "-H":
						name, value, _ := strings.Cut(args[i+1], ": ")
						header = append(header, name, value)
					case "--json":
						body = args[i+1]
					}
				}
				got := calls.Send(ctx, "POST", args[0], body, header...)
				Expect(got.Status/100).To(Equal(2), got.Body)
				consent := regexp.MustCompile(server.URL + "/consent/" + p.Name + "/[A-Z0-9]+").FindString(got.Body)
				back, err := simulator.NewVisitor(simulator.Complete).Allow(ctx, consent)
				Expect(err).NotTo(HaveOccurred())
				Expect(back.Host).To(Equal("shop.example"))
			})
		})
	}
})

// The engine is told of providers and never names one: neither in a name or a text of
// its code, nor on a page. The example that its documentation shows may use one.
var _ = Describe("The simulator's engine", func() {
	It("names no provider", func() {
		var patterns []*regexp.Regexp
		for _, p := range providers.Simulated() {
			name, title := regexp.QuoteMeta(p.Name), regexp.QuoteMeta(p.Title)
			patterns = append(patterns, regexp.MustCompile(`(?i:\b`+name+`\b)|(?:\b`+name+`|`+title+`)(?:[^a-z]|$)`))
		}
		files := 0
		Expect(filepath.WalkDir("../simulator", func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || entry.Name() == "example_test.go" {
				return err
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			files++
			if filepath.Ext(path) == ".go" {
				data = withoutComments(data)
			}
			for _, pattern := range patterns {
				Expect(string(pattern.Find(data))).To(BeEmpty(), path)
			}
			return nil
		})).To(Succeed())
		Expect(files).To(BeNumerically(">", 20))
	})
})

// withoutComments are the tokens of Go code, a line each.
func withoutComments(code []byte) []byte {
	var s scanner.Scanner
	files := token.NewFileSet()
	s.Init(files.AddFile("", files.Base(), len(code)), code, nil, 0)
	var b bytes.Buffer
	for {
		_, kind, text := s.Scan()
		if kind == token.EOF {
			return b.Bytes()
		}
		b.WriteString(text + "\n")
	}
}
