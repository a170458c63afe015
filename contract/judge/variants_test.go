package judge_test

import (
	"encoding/json"
	"errors"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/judge"
)

// paper is a union with a discriminator as the generator would make it: a licence's member
// valid has got lost.
type paper struct{ union json.RawMessage }

type panPaper struct {
	Kind   string  `json:"kind"`
	Number *string `json:"number,omitempty"`
	Within *paper  `json:"within,omitempty"`
}

type licencePaper struct {
	Kind string `json:"kind"`
}

func (p paper) ValueByDiscriminator() (any, error) {
	var of struct{ Kind string }
	if err := json.Unmarshal(p.union, &of); err != nil {
		return nil, err
	}
	switch of.Kind {
	case "Pan":
		var one panPaper
		err := json.Unmarshal(p.union, &one)
		return one, err
	case "Licence":
		var one licencePaper
		err := json.Unmarshal(p.union, &one)
		return one, err
	}
	return nil, errors.New("unknown discriminator value: " + of.Kind)
}

func (p paper) MarshalJSON() ([]byte, error)     { return p.union.MarshalJSON() }
func (p *paper) UnmarshalJSON(text []byte) error { return p.union.UnmarshalJSON(text) }

// papers has a union in each place where one can stand.
type papers struct {
	Top  *paper             `json:"top,omitempty"`
	All  *[]paper           `json:"all,omitempty"`
	By   *map[string]paper  `json:"by,omitempty"`
	Raw  json.RawMessage    `json:"raw,omitempty"`
	More map[string]*papers `json:"-"` // of names that the schema does not have
}

var _ = DescribeTable("a union with a discriminator is judged as the variant that it is:", func(text, pointer string) {
	var value papers
	Expect(json.Unmarshal([]byte(text), &value)).To(Succeed())
	faults := judge.CheckValue(nil, example.Entry{Value: json.RawMessage(text)}, &value)
	if pointer == "" {
		Expect(faults).To(BeEmpty())
		return
	}
	Expect(faults).To(HaveLen(1))
	Expect(faults[0].Pointer).To(Equal(pointer))
},
	Entry("one that keeps all", `{"top":{"kind":"Pan","number":"X"}}`, ""),
	Entry("one that loses a member", `{"top":{"kind":"Licence","valid":"2030-01-01"}}`, "/top/valid"),
	Entry("in a list", `{"all":[{"kind":"Pan"},{"kind":"Licence","valid":"2030-01-01"}]}`, "/all/1/valid"),
	Entry("in a map", `{"by":{"a/b":{"kind":"Licence","valid":"2030-01-01"}}}`, "/by/a~1b/valid"),
	Entry("in another variant",
		`{"top":{"kind":"Pan","within":{"kind":"Licence","valid":"2030-01-01"}}}`, "/top/within/valid"),
	Entry("one that the discriminator does not name", `{"top":{"kind":"Card"}}`, "/top"),
	Entry("bytes are none", `{"raw":{"kind":"Licence","valid":"2030-01-01"}}`, ""),
)
