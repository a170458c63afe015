package document_test

import (
	"encoding/json"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/specs/document"
)

var _ = It("a scanner says where each token of a JSON text begins and ends", func() {
	text := []byte(`{ "a" : [1.50, true ,null], "b":"x, :" }`)
	s := document.NewScanner(text)
	var written []string
	for range 10 {
		_, start := s.Next()
		written = append(written, string(text[start:s.InputOffset()]))
	}
	Expect(written).To(Equal([]string{`{`, `"a"`, `[`, `1.50`, `true`, `null`, `]`, `"b"`, `"x, :"`, `}`}))
	number, _ := document.NewScanner([]byte(`1.50`)).Next()
	Expect(number).To(Equal(json.Number("1.50")))
})
