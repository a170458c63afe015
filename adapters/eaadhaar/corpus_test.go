package eaadhaar_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"example.com/digilocker/adapters/eaadhaar"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// corpusDir is written by testdata/corpus.sh; see testdata/README.md.
const corpusDir = "testdata/corpus"

// corpusRow is one document of the corpus and what is said of it.
type corpusRow struct {
	name, signer, by   string
	java, secure       string // "valid", "invalid" or "refuses to parse"; secure is under secure validation
	xmlsec1            string // "ok", "fail" or "parse error"
	ours               string // "verified" or the text of a Reason
	what, why          string // why is empty unless ours is stricter than both
	accepted, verified bool   // by both tools; by us
}

// corpus reads verdicts.tsv.
func corpus() []corpusRow {
	table := string(must(os.ReadFile(filepath.Join(corpusDir, "verdicts.tsv"))))
	var rows []corpusRow
	for _, line := range strings.Split(strings.TrimSuffix(table, "\n"), "\n")[1:] {
		f := strings.Split(line, "\t")
		if len(f) != 9 {
			panic("verdicts.tsv: not nine columns: " + line)
		}
		r := corpusRow{
			name: f[0], signer: f[1], by: f[2], java: f[3], secure: f[4], xmlsec1: f[5],
			ours: f[6], what: f[7], why: f[8],
		}
		r.accepted = r.java == "valid" && r.xmlsec1 == "ok"
		r.verified = r.ours == eaadhaar.Verified.String()
		rows = append(rows, r)
	}
	return rows
}

func (r corpusRow) document() []byte {
	return must(os.ReadFile(filepath.Join(corpusDir, r.name+".xml")))
}

// corpusAnchors pins every signer of the corpus.
func corpusAnchors() []eaadhaar.Anchor {
	var anchors []eaadhaar.Anchor
	for _, file := range must(filepath.Glob(filepath.Join(corpusDir, "*.pem"))) {
		name := strings.TrimSuffix(filepath.Base(file), ".pem")
		anchors = append(anchors, must(eaadhaar.ReadAnchor(name, must(os.ReadFile(file)))))
	}
	return anchors
}

func corpusVerifier() *eaadhaar.Verifier {
	return must(eaadhaar.NewVerifier(corpusAnchors(), options(eaadhaar.LegacySHA1)))
}

// verdict is the word for a Result that verdicts.tsv uses.
func verdict(r eaadhaar.Result) string {
	var e *eaadhaar.Error
	if errors.As(r.Err(), &e) {
		return string(e.Reason)
	}
	return r.Status().String()
}

var _ = Describe("The corpus", func() {
	rows := corpus()

	DescribeTable("of documents that the JDK and xmlsec1 judged", func(r corpusRow) {
		result := corpusVerifier().Verify(r.document(), fetched)
		Expect(verdict(result)).To(Equal(r.ours))
		if r.verified {
			Expect(verified(result).Proof().Anchor).To(Equal(r.signer))
		}
	}, func() (entries []TableEntry) {
		for _, r := range rows {
			entries = append(entries, Entry(r.name+": "+r.what, r))
		}
		return entries
	}())

	It("has nothing verified that one of the two refuses", func() {
		for _, r := range rows {
			Expect(r.verified && !r.accepted).To(BeFalse(), r.name)
		}
	})

	It("says why where ours is stricter than both, and only there", func() {
		for _, r := range rows {
			Expect(r.why != "").To(Equal(r.accepted && !r.verified), r.name)
		}
	})

	It("uses the words that testdata/README.md explains", func() {
		for _, r := range rows {
			Expect(r.java).To(BeElementOf("valid", "invalid", "refuses to parse"), r.name)
			Expect(r.secure).To(Or(Equal(r.java), Equal("invalid")), r.name)
			Expect(r.xmlsec1).To(BeElementOf("ok", "fail", "parse error"), r.name)
			Expect(r.by).To(BeElementOf("java", "xmlsec1", "java, then bytes changed",
				"xmlsec1, then bytes changed"), r.name)
			Expect(r.what).NotTo(BeEmpty(), r.name)
		}
	})

	It("has a row for each file, and a file and a signer for each row", func() {
		files := []string{"verdicts.tsv"}
		for _, r := range rows {
			files = append(files, r.name+".xml")
		}
		signers := map[string]bool{}
		for _, r := range rows {
			if file := r.signer + ".pem"; !signers[file] {
				signers[file] = true
				files = append(files, file)
			}
		}
		var found []string
		for _, f := range must(os.ReadDir(corpusDir)) {
			found = append(found, f.Name())
		}
		Expect(found).To(ConsistOf(files))
	})
})
