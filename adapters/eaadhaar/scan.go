package eaadhaar

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"io"
	"maps"
	"strings"
	"unicode/utf8"
)

// Limits of form. Genuine documents are six deep, have some fifty elements and
// at most twenty attributes on one. goxmldsig gives up beyond 1000 steps.
const (
	maxDepth      = 16
	maxElements   = 512
	maxAttributes = 64
)

const white = " \t\r\n"

const (
	nsXML   = "http://www.w3.org/XML/1998/namespace"
	nsXMLNS = "http://www.w3.org/2000/xmlns/"
)

// envelope is a document that passed the checks of form.
type envelope struct {
	// doc is the document without byte-order mark and outer space, literal tabs and line ends
	// in start tags replaced by spaces, as XML 1.0 section 3.3.3 wants for attribute
	// values and encoding/xml does not do.
	doc    []byte
	signed bool
	// What Signature says; the grammar leaves one value for each.
	c14n, method, uri, transform, digest string
	// certs are the X509Certificate elements in order; nil where one is not base64.
	certs [][]byte
}

// scanner walks the raw tokens. encoding/xml alone is too lenient for signed
// documents: see https://github.com/golang/go/issues/68299.
type scanner struct {
	envelope
	dec      *xml.Decoder
	data     []byte
	copied   int // data before it is in doc already
	start    int // offset of the current token
	stack    []*frame
	roots    int
	elements int
	ids      map[string]bool
}

type frame struct {
	raw    xml.Name          // as written: prefix and local name
	spaces map[string]string // prefix to namespace, in scope
	part   *part             // nil outside Signature
	counts map[string]int    // children by name, inside Signature
	text   strings.Builder   // inside Signature
}

// scan checks size, encoding and form. Its errors are *Error.
func scan(data []byte, maxBytes int) (*envelope, error) {
	switch {
	case len(data) > maxBytes:
		return nil, refuse(ErrTooLarge, "")
	case !utf8.Valid(data), bytes.IndexByte(data, 0) >= 0:
		return nil, refuse(ErrEncoding, "")
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	s := &scanner{data: data, dec: xml.NewDecoder(bytes.NewReader(data)), ids: map[string]bool{}}
	s.dec.CharsetReader = func(string, io.Reader) (io.Reader, error) { return nil, ErrEncoding }
	if err := s.run(); err != nil {
		return nil, err
	}
	return &s.envelope, nil
}

func (s *scanner) refuse(r Reason, detail string) error {
	return &Error{Reason: r, Detail: detail, Offset: int64(s.start)}
}

func (s *scanner) run() error {
	for {
		s.start = int(s.dec.InputOffset())
		token, err := s.dec.RawToken()
		switch {
		case errors.Is(err, io.EOF):
			return s.end()
		case errors.Is(err, ErrEncoding):
			return s.refuse(ErrEncoding, "declared encoding")
		case err != nil: // its text quotes the document
			return s.refuse(ErrSyntax, "")
		}
		switch t := token.(type) {
		case xml.StartElement:
			err = s.open(t)
		case xml.EndElement:
			err = s.close(t)
		case xml.CharData:
			err = s.chars(t)
		case xml.ProcInst:
			if t.Target != "xml" || s.start != 0 {
				err = s.refuse(ErrProcInst, "")
			}
		case xml.Comment:
			err = s.refuse(ErrComment, "")
		case xml.Directive:
			err = s.refuse(ErrDoctype, "")
		}
		if err != nil {
			return err
		}
	}
}

func (s *scanner) end() error {
	if len(s.stack) > 0 || s.roots == 0 {
		return s.refuse(ErrSyntax, "unclosed element or no root")
	}
	if s.copied == 0 {
		s.doc = s.data
	} else {
		s.doc = append(s.doc, s.data[s.copied:]...)
	}
	s.doc = bytes.Trim(s.doc, white) // etree refuses a line end after the root
	return nil
}

func (s *scanner) chars(text []byte) error {
	if len(s.stack) == 0 {
		if len(bytes.Trim(text, white)) > 0 {
			return s.refuse(ErrTrailing, "text")
		}
		return nil
	}
	if top := s.stack[len(s.stack)-1]; top.part != nil {
		top.text.Write(text)
		if !top.part.text && len(bytes.Trim(text, white)) > 0 {
			return s.refuse(ErrShape, "text")
		}
	}
	return nil
}

func (s *scanner) open(t xml.StartElement) error {
	s.elements++
	f := &frame{raw: t.Name, spaces: map[string]string{"xml": nsXML}}
	var parent *frame
	if len(s.stack) == 0 {
		if s.roots++; s.roots > 1 {
			return s.refuse(ErrTrailing, "second root")
		}
	} else {
		parent = s.stack[len(s.stack)-1]
		f.spaces = parent.spaces
	}
	if len(s.stack) >= maxDepth || s.elements > maxElements || len(t.Attr) > maxAttributes {
		return s.refuse(ErrLimit, "")
	}
	if err := s.attributes(f, t.Attr); err != nil {
		return err
	}
	space, ok := f.spaces[t.Name.Space]
	if !ok && t.Name.Space != "" || strings.Contains(t.Name.Local, ":") {
		return s.refuse(ErrSyntax, "namespace prefix")
	}
	if err := s.signaturePart(f, parent, space, t); err != nil {
		return err
	}
	s.stack = append(s.stack, f)
	s.normalise()
	return nil
}

// attributes brings the namespaces of f in scope and refuses what is not well
// formed in the sense of XML and of XML Namespaces.
func (s *scanner) attributes(f *frame, attrs []xml.Attr) error {
	inherited := true
	for _, a := range attrs {
		prefix, declares := declared(a.Name)
		if !declares {
			continue
		}
		reserved := prefix == "xmlns" || a.Value == nsXMLNS || (prefix == "xml") != (a.Value == nsXML)
		if reserved || prefix != "" && a.Value == "" {
			return s.refuse(ErrSyntax, "namespace declaration")
		}
		if inherited {
			f.spaces, inherited = maps.Clone(f.spaces), false
		}
		f.spaces[prefix] = a.Value
	}
	seen := make(map[xml.Name]bool, len(attrs))
	for _, a := range attrs {
		name := a.Name
		if strings.Contains(name.Local, ":") {
			return s.refuse(ErrSyntax, "attribute name")
		}
		if _, declares := declared(a.Name); declares {
			name.Space = "xmlns:" + name.Space // apart from ordinary names: no namespace is spelt so
		} else if name.Space != "" {
			space, ok := f.spaces[name.Space]
			if !ok {
				return s.refuse(ErrSyntax, "namespace prefix")
			}
			name.Space = space
		}
		if seen[name] {
			return s.refuse(ErrDuplicate, "attribute")
		}
		seen[name] = true
		if name == (xml.Name{Local: "ID"}) || name == (xml.Name{Local: "Id"}) || name == (xml.Name{Space: nsXML, Local: "id"}) {
			if s.ids[a.Value] {
				return s.refuse(ErrDuplicate, "ID")
			}
			s.ids[a.Value] = true
		}
	}
	return nil
}

// declared returns the prefix that an attribute of that raw name declares; the
// default namespace has none.
func declared(name xml.Name) (prefix string, ok bool) {
	switch {
	case name.Space == "xmlns":
		return name.Local, true
	case name.Space == "" && name.Local == "xmlns":
		return "", true
	}
	return "", false
}

// signaturePart checks an element against the grammar of Signature: that it
// stands where it may, and that nothing else claims to be part of one.
func (s *scanner) signaturePart(f, parent *frame, space string, t xml.StartElement) error {
	name := t.Name.Local
	if parent == nil || parent.part == nil {
		switch {
		case space != nsDSig && name != "Signature":
			return nil
		case space != nsDSig:
			return s.refuse(ErrShape, "Signature of another namespace")
		case name != "Signature" || len(s.stack) != 1:
			return s.refuse(ErrShape, "part of a signature in the wrong place")
		case s.signed:
			return s.refuse(ErrShape, "second signature")
		}
		s.signed = true
	} else {
		rule := parent.part.child(name)
		if space != nsDSig || rule == nil {
			return s.refuse(ErrShape, "unknown part")
		}
		if parent.counts[name]++; parent.counts[name] > rule.max {
			return s.refuse(rule.reason, "repeated part")
		}
	}
	p := grammar[name]
	f.part, f.counts = &p, map[string]int{}
	return s.signatureAttributes(f.part, t)
}

func (s *scanner) signatureAttributes(p *part, t xml.StartElement) error {
	found := false
	for _, a := range t.Attr {
		_, declares := declared(a.Name)
		switch {
		case declares:
		case p.attr != "" && a.Name == (xml.Name{Local: p.attr}):
			found = true
			p.keep(&s.envelope, a.Value)
		case t.Name.Local == "Signature" && a.Name == (xml.Name{Local: "Id"}):
		default:
			return s.refuse(ErrShape, "attribute")
		}
	}
	if p.attr != "" && !found {
		if p.attr == "URI" {
			return s.refuse(ErrReference, "no URI")
		}
		return s.refuse(ErrShape, "missing attribute")
	}
	return nil
}

func (s *scanner) close(t xml.EndElement) error {
	if len(s.stack) == 0 || s.stack[len(s.stack)-1].raw != t.Name {
		return s.refuse(ErrSyntax, "end tag")
	}
	f := s.stack[len(s.stack)-1]
	s.stack = s.stack[:len(s.stack)-1]
	if f.part == nil {
		return nil
	}
	for _, rule := range f.part.children {
		if f.counts[rule.name] < rule.min {
			return s.refuse(rule.reason, "missing part")
		}
	}
	if f.raw.Local == "X509Certificate" {
		der, err := base64.StdEncoding.DecodeString(stripSpace(f.text.String()))
		if err != nil {
			der = nil
		}
		s.certs = append(s.certs, der)
	}
	return nil
}

// normalise copies the current start tag to doc if it holds a literal tab or line
// end. Where that is not in an attribute value, a space separates just as well.
func (s *scanner) normalise() {
	end := int(s.dec.InputOffset())
	for i := s.start; i < end; i++ {
		if c := s.data[i]; c == '\t' || c == '\n' || c == '\r' {
			s.doc = append(append(s.doc, s.data[s.copied:i]...), ' ')
			if c == '\r' && s.data[i+1] == '\n' { // one line end; the tag's end follows in any case
				i++
			}
			s.copied = i + 1
		}
	}
}
