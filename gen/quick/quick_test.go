package quick

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing/iotest"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/oapi-codegen/runtime"
)

// union is as the generator makes them of an object that may be of several types.
type union struct{ kept json.RawMessage }

func (u *union) UnmarshalJSON(b []byte) error { return u.kept.UnmarshalJSON(b) }

var _ = Describe("an answer", func() {
	DescribeTable("that may be of several types is kept as it came", func(body, kept string) {
		var u union
		Expect(quickDecode(json.Unmarshal, []byte(body), &u)).To(Succeed())
		Expect(string(u.kept)).To(Equal(kept))
	},
		Entry("if it is an object", `{"a":1}`, `{"a":1}`),
		Entry("without the whitespace around it", "\r\n\t {\"a\": 1} \n", `{"a": 1}`),
		Entry("unread", `{"a":}`, `{"a":}`),
		Entry("if it is something else", ` [1] `, `[1]`),
		Entry("if it is null", `null`, `null`),
	)

	It("is not changed with the body that it was kept from", func() {
		var u union
		body := []byte(`{"a":1}`)
		Expect(quickDecode(json.Unmarshal, body, &u)).To(Succeed())
		body[2] = 'b'
		Expect(string(u.kept)).To(Equal(`{"a":1}`))
	})

	DescribeTable("that is plainly no object is refused as json.Unmarshal refuses it", func(body string) {
		var got, want union
		failed := json.Unmarshal([]byte(body), &want)
		Expect(failed).To(HaveOccurred())
		Expect(quickDecode(json.Unmarshal, []byte(body), &got)).To(Equal(failed))
		Expect(got).To(Equal(want))
	},
		Entry("a page", "<html>{}</html>"), Entry("nothing", ""), Entry("whitespace", " \n"),
		Entry("half of one", `{"a":1`), Entry("one with more behind it", `{"a":1} x`),
		Entry("one with a mark before it", "\xef\xbb\xbf{}"), Entry("one after a wider space", "\u00a0{}"),
		Entry("a text", `"a`), Entry("a list", `[1`),
	)

	DescribeTable("of one type is read at once", func(dest func() any) {
		Expect(quickDecode(json.Unmarshal, []byte(`{"a":}`), dest())).NotTo(Succeed())
		Expect(quickDecode(json.Unmarshal, []byte(`{"a":1}`), dest())).To(Succeed())
	},
		Entry("an object", func() any { return new(struct{ A int }) }),
		Entry("one that is left as it came", func() any { return new(json.RawMessage) }),
		Entry("any", func() any { return new(any) }),
	)
})

var _ = Describe("a body", func() {
	read := func(body io.Reader, length int64) ([]byte, error) {
		return quickRead(io.ReadAll, &http.Response{Body: io.NopCloser(body), ContentLength: length})
	}

	DescribeTable("is read to its end", func(length int64) {
		Expect(read(iotest.OneByteReader(strings.NewReader("0123456789")), length)).To(BeEquivalentTo("0123456789"))
	},
		Entry("with its length", int64(10)), Entry("without a length", int64(-1)), Entry("with none", int64(0)),
		Entry("with too small a length", int64(3)), Entry("with too large a length", int64(30)),
		Entry("with a length that nobody believes", int64(1<<40)),
	)

	It("fails as its reader does", func() {
		broken := errors.New("broken")
		for _, length := range []int64{-1, 4, 1 << 40} {
			_, err := read(io.MultiReader(strings.NewReader("0123"), iotest.ErrReader(broken)), length)
			Expect(err).To(MatchError(broken))
		}
	})

	It("is not copied if it is in memory", func() {
		held := []byte("0123456789")
		got, err := quickRead(io.ReadAll, &http.Response{Body: memory{bytes.NewBuffer(held)}})
		Expect(err).NotTo(HaveOccurred())
		Expect(&got[0]).To(BeIdenticalTo(&held[0]))
		Expect(got).To(HaveLen(10))
	})
})

// memory is a body that has all its bytes.
type memory struct{ *bytes.Buffer }

func (memory) Close() error { return nil }

var _ = Describe("a request", func() {
	paths := []string{
		"./x", "./x/y.z", "./", "./x/", "./x%20y", "./x%2Fy", "./x/../y", "./..", "./.", "./a:b", "./x?y=1",
		"./x#f", ".//x", "./é", "./.hidden", "./x//y", "./%zz", "x", "./~x_-", "",
	}
	for _, server := range []string{
		"https://acme.example/", "https://acme.example/v1/", "https://acme.example:8443/v1/",
		"https://acme.example:/v1/", "https://user:word@acme.example/",
		"https://acme.example/a%2Fb/", "https://acme.example/a/../b/",
		"https://acme.example//", "https://acme.example/v1//", "https://acme.example/v1/?q=1#f",
		"https://acme.example/?/",
		"https://acme.example/é/", "https://acme.example/v1", "https://acme.example", "/v1/", "/", "", "acme.example/",
		"mailto:acme/", "https:///v1/", "//acme.example/v1/", "https://[::1]:80/v1/", "HTTPS://Acme.Example/v1/",
	} {
		It("goes below "+server+" as it would have gone", func() {
			for _, path := range paths {
				sent := func(
					join func(*url.URL, string) (*url.URL, error), make func(*url.URL) (*http.Request, error),
				) (*http.Request, error) {
					base, err := url.Parse(server)
					Expect(err).NotTo(HaveOccurred())
					u, err := join(base, path)
					if err != nil {
						return nil, err
					}
					query := quickQuery(u)
					Expect(query).To(And(Equal(u.Query()), Not(BeNil())))
					u.RawQuery = "q=%2C"
					return make(u)
				}
				want, failed := sent((*url.URL).Parse, func(u *url.URL) (*http.Request, error) {
					return http.NewRequest(http.MethodPost, u.String(), strings.NewReader("body"))
				})
				got, err := sent(quickJoin, func(u *url.URL) (*http.Request, error) {
					return quickRequest(http.MethodPost, u, strings.NewReader("body"))
				})
				if failed != nil {
					Expect(err).To(MatchError(failed.Error()), path)
					continue
				}
				Expect(err).NotTo(HaveOccurred(), path)
				Expect(got.URL).To(Equal(want.URL), path)
				Expect(got.Host).To(Equal(want.Host), path)
				Expect(got.ContentLength).To(Equal(want.ContentLength))
				Expect(got.GetBody).NotTo(BeNil())
				want, failed = http.NewRequest(http.MethodGet, want.URL.String(), nil)
				Expect(failed).NotTo(HaveOccurred())
				got, err = quickRequest(http.MethodGet, got.URL, nil)
				Expect(err).NotTo(HaveOccurred())
				Expect(got.WithContext(context.Background())).To(Equal(want), path)
			}
		})
	}
})

var _ = DescribeTable("a path is filled as by fmt.Sprintf", func(path, text string) {
	relative := func(path string) string { // as the generator makes it
		if path[0] == '/' {
			return "." + path
		}
		return path
	}
	Expect(relative(quickPath(fmt.Sprintf, path, text))).To(Equal(relative(fmt.Sprintf(path, text))))
},
	Entry("in its middle", "/a/%s/b", "x"), Entry("at its end", "/a/%s", "x"), Entry("at both", "%s", "a"),
	Entry("by nothing", "/%s", ""),
	Entry("with what looks like another place", "/a/%s", "%s"), Entry("with another place", "/%s/%s", "x"),
	Entry("with a percent sign", "/100%%/%s", "x"), Entry("with one behind", "/%s/100%%", "x"),
	Entry("nowhere", "/a", "x"),
)

var _ = DescribeTable("the fragments of a query are those of strings.Split", func(query string) {
	var got []string
	for i, fragment := range quickFragments(query) {
		Expect(i).To(Equal(len(got)))
		got = append(got, fragment)
	}
	Expect(got).To(Equal(strings.Split(query, "&")))
	for _, fragment := range quickFragments(query) {
		Expect(fragment).To(Equal(got[0]))
		break
	}
},
	Entry("one", "a=1"), Entry("some", "a=1&b=2&c=3"), Entry("none", ""), Entry("empty ones", "&&a&"),
)

// word is text that says itself how it is written.
type word string

func (w word) MarshalText() ([]byte, error) { return []byte("<" + string(w) + ">"), nil }

type code string

// writer is quickStyle of a parameter of some type.
type writer func(style string, explode bool, name string, value any, o runtime.StyleParamOptions) (string, error)

func of[T any]() writer {
	return func(style string, explode bool, name string, value any, o runtime.StyleParamOptions) (string, error) {
		return quickStyle(style, explode, name, value.(T), o)
	}
}

var _ = Describe("a parameter", func() {
	locations := []runtime.ParamLocation{
		runtime.ParamLocationUndefined, runtime.ParamLocationQuery, runtime.ParamLocationPath,
		runtime.ParamLocationHeader, runtime.ParamLocationCookie,
	}
	DescribeTable("is written as the runtime writes it", func(value any, written writer) {
		for _, style := range []string{"simple", "label", "matrix", "form", "spaceDelimited", "deepObject", "other"} {
			for _, name := range []string{"id", "a b", "ids[]"} {
				for _, location := range locations {
					for _, explode := range []bool{true, false} {
						options := runtime.StyleParamOptions{ParamLocation: location, AllowReserved: explode}
						want, failed := runtime.StyleParamWithOptions(style, explode, name, value, options)
						got, err := written(style, explode, name, value, options)
						Expect(got).To(Equal(want), style+" "+name)
						if failed == nil {
							Expect(err).NotTo(HaveOccurred())
						} else {
							Expect(err).To(MatchError(failed.Error()))
						}
					}
				}
			}
		}
	},
		Entry("a plain text", "Az09-._~", of[string]()), Entry("an empty one", "", of[string]()),
		Entry("one to escape", "a b&c=d/é,%", of[string]()), Entry("one of another type", code("x"), of[code]()),
		Entry("one to escape, of another type", code("x/y"), of[code]()),
		Entry("one that says itself how", word("x"), of[word]()),
		Entry("a number's text", json.Number("12"), of[json.Number]()), Entry("a number", 12, of[int]()),
		Entry("a pointer", new(code), of[*code]()),
		Entry("a list", []string{"a", "b"}, of[[]string]()), Entry("anything", any("a"), of[any]()),
		Entry("an object", map[string]string{"a": "b"}, of[map[string]string]()),
		Entry("a time", time.Unix(0, 0).UTC(), of[time.Time]()), Entry("a truth value", true, of[bool]()),
	)
})

var _ = Describe("the generated clients", func() {
	var folders []string
	for _, pattern := range []string{
		"../*api", "../../.ci/fourth/gen/*api", "../../contract/judge/testdata/everykind",
	} {
		found, _ := filepath.Glob(pattern) // the pattern is well formed
		folders = append(folders, found...)
	}
	text := func(file ...string) string {
		GinkgoHelper()
		text, err := os.ReadFile(filepath.Join(file...))
		Expect(err).NotTo(HaveOccurred())
		return string(text)
	}
	directive := regexp.MustCompile(`(?m)^//go:generate go run quicken\.go$`)
	template := text("../../contract/scaffold/templates/generate.go.tmpl")

	It("are looked at", func() {
		Expect(len(folders)).To(BeNumerically(">", 2))
		Expect(template).To(MatchRegexp(directive.String()))
	})
	for _, folder := range folders {
		It("have a copy: "+folder, func() {
			for file, is := range Files(filepath.Base(folder)) {
				Expect(text(folder, file)).To(Equal(is), file)
			}
			Expect(text(folder, "generate.go")).To(MatchRegexp(directive.String()))
		})
		client := filepath.Join(folder, "client.gen.go")
		if _, err := os.Stat(client); err != nil {
			continue // of which only the documents are kept
		}
		It("call it: "+folder, func() {
			Expect(text(client)).To(And(
				MatchRegexp(`\A// Code generated .* DO NOT EDIT\.\n\npackage `), // whose comment is that of generate.go
				ContainSubstring(" quickDecode("), ContainSubstring(" quickRead("), ContainSubstring(" quickJoin("),
				ContainSubstring(" quickRequest("), Not(ContainSubstring("json.Unmarshal(bodyBytes")),
				Not(ContainSubstring("io.ReadAll(")), Not(MatchRegexp(`fmt\.Sprintf\("[^"]*", pathParam0\)`)),
				Not(ContainSubstring("serverURL.Parse(")), Not(ContainSubstring("queryURL.Query()")),
				Not(ContainSubstring("strings.Split(")), Not(ContainSubstring("queryURL.String()")),
				Not(ContainSubstring("runtime.StyleParamWithOptions(")),
			))
		})
	}

	It("say which calls another generator wrote in a form that is not known, and work", func() {
		dir := GinkgoT().TempDir()
		Expect(os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module shop.example/a\n"), 0o600)).To(Succeed())
		quickened := func(client string) (string, string) {
			GinkgoHelper()
			Expect(os.WriteFile(filepath.Join(dir, "quicken.go"), []byte(program), 0o600)).To(Succeed())
			Expect(os.WriteFile(filepath.Join(dir, "client.gen.go"), []byte(client), 0o600)).To(Succeed())
			run := exec.Command("go", "run", "quicken.go")
			run.Dir = dir
			said, err := run.CombinedOutput()
			Expect(err).NotTo(HaveOccurred(), string(said))
			return text(dir, "client.gen.go"), string(said)
		}
		client := text(folders[0], "client.gen.go")
		same, said := quickened(client)
		Expect(said).To(BeEmpty())
		Expect(same).To(Equal(client))
		names := regexp.MustCompile(`\b(quick\w+)\(`).FindAllStringSubmatch(functions, -1)
		Expect(len(names)).To(BeNumerically(">", 7))
		other := strings.NewReplacer(
			"quickDecode(json.Unmarshal, bodyBytes, &dest)", "json.Unmarshal(bodyBytes, dest)",
			"quickRead(io.ReadAll, rsp)", "io.ReadAll(r.Body)",
			"quickJoin(serverURL, operationPath)", "base.Parse(operationPath)",
			"quickRequest(", "http.NewRequestWithContext(ctx, ", "quickStyle(", "runtime.StyleParamAnew(",
			"quickQuery(queryURL)", "u.Query()", "quickFragments(queryFrag)", `strings.Split(fragments, "&")`,
			"quickPath(fmt.Sprintf, ", `fmt.Sprintf("./%s"+`,
		).Replace(client)
		same, said = quickened(other)
		Expect(same).To(Equal(other))
		for _, name := range names {
			if strings.Contains(client, " "+name[1]+"(") {
				Expect(said).To(ContainSubstring("does without " + name[1] + "\n"))
			}
		}
		Expect(strings.Count(said, "\n")).To(BeNumerically(">", 4))
	})
})
