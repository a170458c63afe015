package eaadhaar_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"example.com/digilocker/adapters/eaadhaar"
)

func seeds(f *testing.F) [][]byte {
	files, err := filepath.Glob("testdata/java/*.xml")
	if err != nil || len(files) == 0 {
		f.Fatal("no seeds", err)
	}
	var all [][]byte
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		all = append(all, data)
	}
	return all
}

func knownError(t *testing.T, err error) {
	var e *eaadhaar.Error
	if !errors.As(err, &e) || e.Reason == "" {
		t.Fatalf("not an *Error: %v", err)
	}
}

// FuzzParse reads anything: no panic, a document or an *Error, the same twice.
func FuzzParse(f *testing.F) {
	for _, data := range seeds(f) {
		f.Add(data)
	}
	for _, doc := range []string{eaadhaarXML, offlineXML, panXML, licenceXML, "<a", "<?xml", "<!DOCTYPE a>",
		"<a b='\r'/>", "\xef\xbb\xbf<a/>"} {
		f.Add([]byte(doc))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		before := string(data)
		doc, err := eaadhaar.ReadUnverified(data)
		if string(data) != before {
			t.Fatal("input changed")
		}
		if err != nil {
			knownError(t, err)
			return
		}
		for d := xml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff")))); ; {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatal("encoding/xml refuses what was read:", err)
			}
		}
		if doc.Proof() != nil {
			t.Fatal("an unverified document has a proof")
		}
		if again, err := eaadhaar.ReadUnverified(data); err != nil || !reflect.DeepEqual(doc, again) {
			t.Fatal("read twice, read differently", err)
		}
	})
}

// FuzzVerify changes signed documents: nothing but the documents that were
// signed is ever verified.
func FuzzVerify(f *testing.F) {
	v := legacy("signer", "chained", "uidai")
	var genuine []*eaadhaar.Document
	for _, data := range seeds(f) {
		f.Add(data)
		if doc, err := v.Verify(data, fetched).Document(); err == nil {
			genuine = append(genuine, doc)
		}
	}
	if len(genuine) < 15 {
		f.Fatal("genuine documents refused")
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r := v.Verify(data, fetched)
		doc, err := r.Document()
		if err != nil {
			knownError(t, err)
			if r.Status() != eaadhaar.Failed || doc != nil {
				t.Fatal("an error, and yet", r.Status())
			}
			return
		}
		for _, g := range genuine {
			if reflect.DeepEqual(doc, g) {
				return
			}
		}
		t.Fatal("a document that nobody signed was verified")
	})
}

// FuzzSigned signs anything: what is behind the signature check stands what is
// in front of it, and a verified document says what its bytes say.
func FuzzSigned(f *testing.F) {
	for _, xml := range []string{eaadhaarXML, offlineXML, panXML, licenceXML, forged} {
		f.Add(xml)
	}
	for _, data := range seeds(f) {
		doc := string(data)
		f.Add(strings.Replace(body(doc), signatureOf(doc), "", 1))
	}
	g := theSigner()
	v := g.verifier(eaadhaar.SHA256Only)
	f.Fuzz(func(t *testing.T, xml string) {
		signed, err := g.Sign([]byte(xml))
		if err != nil {
			return // no XML to sign, or signed already
		}
		doc, err := v.Verify(signed, fetched).Document()
		if err != nil {
			knownError(t, err)
			return
		}
		read, err := eaadhaar.ReadUnverified(signed)
		if err != nil {
			t.Fatal("verified but not readable:", err)
		}
		if !reflect.DeepEqual(fields(read), fields(doc)) {
			t.Fatal("verified and unverified reading differ")
		}
	})
}
