package eaadhaar

import (
	"encoding/asn1"
	"encoding/base64"
	"errors"
	"strconv"
	"strings"

	"github.com/beevik/etree"
)

// Limits of form, far above any genuine document, so that a hostile one costs no more than a
// genuine one of its size. Genuine documents are six deep and have some fifty elements, at most
// twenty attributes on one, three namespace declarations and no CDATA section. goxmldsig gives up
// beyond 1000 steps.
const (
	maxDepth         = 16
	maxElements      = 512
	maxAttributes    = 64   // of an element
	maxAllAttributes = 2048 // of a document
	maxDeclarations  = 64   // of namespaces, in a document
	maxSections      = 256  // CDATA sections, in a document
	maxEscaped       = 1 << 16
)

const (
	nsXML   = "http://www.w3.org/XML/1998/namespace"
	nsXMLNS = "http://www.w3.org/2000/xmlns/"
)

// signedInfo is what SignedInfo says; the grammar leaves one value for each.
type signedInfo struct {
	c14n, method, uri, transform, digest string
	digestValue                          string // base64 without white space
}

// form is a document that passed the checks of form.
type form struct {
	root      *etree.Element // with no literal white space in attributes but spaces, and no xmlns:xml
	signature *etree.Element // a child of root; nil without one
	info      *etree.Element // its SignedInfo
	inherited []etree.Attr   // what info is in the scope of: namespaces and xml: attributes

	signedInfo
	sigValue string   // SignatureValue, base64 without white space
	unsorted bool     // an element has attributes that goxmldsig does not sort as canonical XML does
	certs    [][]byte // the X509Certificate elements in order; nil where one is not base64
}

// parser builds the tree of a document, and holds its Signature to the grammar.
type parser struct {
	form
	lexer
	stack        []*frame
	bound        []binding // namespaces in scope
	elements     int
	attributes   int
	declarations int
	ids          map[string]bool
	alone        bool // what is read is a SignedInfo, as it was signed
	at           int  // where the current text or tag begins
}

// refuse is about the current text or tag.
func (p *parser) refuse(r Reason, detail string) error {
	return &Error{Reason: r, Detail: detail, Offset: int64(p.at)}
}

type binding struct{ prefix, space string }

type frame struct {
	el     *etree.Element
	bound  int            // of parser.bound, outside of this element
	part   *part          // nil outside Signature
	counts map[string]int // children by name, inside Signature
}

// parse checks size, encoding and form. Its errors are *Error.
func parse(data []byte, maxBytes int) (*form, error) {
	if len(data) > maxBytes {
		return nil, refuse(ErrTooLarge, "more than "+strconv.Itoa(maxBytes)+" bytes: see Options.MaxBytes")
	}
	return parseText(string(data), false)
}

// parseText parses a document, or a SignedInfo alone.
func parseText(src string, alone bool) (*form, error) {
	if what := otherFile(src); what != "" {
		return nil, refuse(ErrSyntax, what)
	}
	if err := characters(src); err != nil {
		return nil, err
	}
	if what := notXML(src); what != "" {
		return nil, refuse(ErrSyntax, what)
	}
	p := &parser{
		lexer: lexer{src: lines(strings.TrimPrefix(src, "\ufeff"))},
		bound: []binding{{"xml", nsXML}, {"", ""}}, ids: map[string]bool{}, alone: alone,
	}
	if err := p.run(); err != nil {
		return nil, cut(p.src, err)
	}
	return &p.form, nil
}

// cut is err, of a file that ends in the middle of a tag: what is wrong there is that it ends.
func cut(src string, err error) error {
	const why = "the file ends in the middle: it is cut; download it again"
	e := (*Error)(nil)
	if errors.As(err, &e) && e.Reason == ErrSyntax && !strings.HasSuffix(strings.TrimRight(src, white), ">") {
		return &Error{Reason: ErrSyntax, Detail: why, Offset: e.Offset}
	}
	return err
}

// otherFile says which file is held to be XML; "" if none is known.
func otherFile(src string) string {
	for _, file := range []struct{ begins, what string }{
		{"PK\x03\x04", "a ZIP file: unpack it first, as by wire.Unzip"},
		{"PK\x05\x06", "a ZIP file with nothing in it"},
		{"\x1f\x8b", "a gzip file: unpack it first"},
		{"%PDF-", "a PDF file: ask for the XML"},
		{"\xff\xd8\xff", "an image: ask for the XML"},
		{"\x89PNG", "an image: ask for the XML"},
	} {
		if strings.HasPrefix(src, file.begins) {
			return file.what
		}
	}
	return ""
}

// notXML says what text is instead of XML; "" if it may be XML.
func notXML(src string) string {
	head := strings.TrimLeft(strings.TrimPrefix(src, "\ufeff"), white)
	switch {
	case head == "":
		return "it is empty"
	case head[0] == '{' || head[0] == '[':
		return "JSON: take the signed file out of it, byte for byte"
	case head[0] != '<':
		return "it does not begin with a tag: base64, perhaps, or quoted text, to be decoded first"
	}
	for _, page := range []string{"<!doctype html", "<html"} {
		if len(head) >= len(page) && strings.EqualFold(head[:len(page)], page) {
			return "an HTML page: the link has ended, perhaps, or wants a login; fetch the record anew, " +
				"in a new journey if it is handed out once"
		}
	}
	return ""
}

func (p *parser) run() error {
	if err := p.declaration(); err != nil {
		return err
	}
	for {
		p.at = p.pos
		if len(p.stack) > 0 {
			text, err := p.text()
			if err != nil {
				return err
			}
			if err := p.chars(text); err != nil {
				return err
			}
		} else if p.white(); p.pos == len(p.src) {
			break
		}
		if err := p.markup(); err != nil {
			return err
		}
	}
	if p.root == nil {
		return p.refuse(ErrSyntax, "no root element")
	}
	return nil
}

// markup reads one tag.
func (p *parser) markup() error {
	p.at = p.pos
	switch {
	case strings.HasPrefix(p.rest(), "<!--"):
		return p.refuse(ErrComment, "")
	case strings.HasPrefix(p.rest(), "<?"):
		return p.refuse(ErrProcInst, "")
	case strings.HasPrefix(p.rest(), "<![CDATA["):
		return p.refuse(ErrTrailing, "CDATA section")
	case strings.HasPrefix(p.rest(), "<!"):
		return p.refuse(ErrDoctype, "")
	case p.skip("</"):
		prefix, local, err := p.endTag()
		if err != nil {
			return err
		}
		return p.close(prefix, local)
	case p.skip("<"):
		prefix, local, attrs, empty, err := p.startTag()
		if err != nil {
			return err
		}
		if err := p.open(prefix, local, attrs); err != nil || !empty {
			return err
		}
		return p.close(prefix, local)
	default:
		return p.refuse(ErrTrailing, "text")
	}
}

func (p *parser) chars(text string) error {
	top := p.stack[len(p.stack)-1]
	if p.cdata && top.part != nil && top.part.base64 { // some decoders pass over it, text and all
		return p.refuse(ErrShape, "CDATA section")
	}
	if text == "" {
		return nil
	}
	if top.part != nil && !top.part.text && strings.Trim(text, white) != "" {
		return p.refuse(ErrShape, "text")
	}
	top.el.AddChild(etree.NewText(text))
	return nil
}

func (p *parser) open(prefix, local string, attrs []attribute) error {
	f := &frame{el: &etree.Element{Space: prefix, Tag: local}, bound: len(p.bound)}
	var parent *frame
	if len(p.stack) > 0 {
		parent = p.stack[len(p.stack)-1]
	} else if p.root != nil {
		return p.refuse(ErrTrailing, "second root")
	}
	p.elements++
	p.attributes += len(attrs)
	if len(p.stack) >= maxDepth || p.elements > maxElements || p.attributes > maxAllAttributes {
		return p.refuse(ErrLimit, "elements or attributes")
	}
	if err := p.declare(attrs); err != nil {
		return err
	}
	if err := p.attributesOf(f, attrs); err != nil {
		return err
	}
	space, ok := p.space(prefix)
	if !ok {
		return p.refuse(ErrSyntax, "namespace prefix")
	}
	if err := p.signaturePart(f, parent, space, local, attrs); err != nil {
		return err
	}
	if parent == nil {
		p.root = f.el
	} else {
		parent.el.AddChild(f.el)
	}
	p.stack = append(p.stack, f)
	return nil
}

// space is the namespace of a prefix; "" is that of no prefix.
func (p *parser) space(prefix string) (string, bool) {
	for i := len(p.bound) - 1; i >= 0; i-- {
		if p.bound[i].prefix == prefix {
			return p.bound[i].space, true
		}
	}
	return "", false
}

// declare brings the namespaces that attrs declare in scope.
func (p *parser) declare(attrs []attribute) error {
	for _, a := range attrs {
		prefix, declares := a.declares()
		if !declares {
			continue
		}
		reserved := prefix == "xmlns" || a.value == nsXMLNS || (prefix == "xml") != (a.value == nsXML)
		if reserved || a.value == "" && prefix != "" || a.value != "" && !absolute(a.value) {
			return p.refuse(ErrSyntax, "namespace declaration")
		}
		if p.declarations++; p.declarations > maxDeclarations {
			return p.refuse(ErrLimit, "namespace declarations")
		}
		p.bound = append(p.bound, binding{prefix, a.value})
	}
	return nil
}

// absolute reports whether a namespace begins with a scheme, as canonical XML knows no other, and
// is so plain that libxml2 can read it, and writes it as others do: it leaves an & as it is.
func absolute(uri string) bool {
	scheme, rest, found := strings.Cut(uri, ":")
	if !found || !startsName(scheme) || scheme[0] == '_' ||
		strings.HasPrefix(rest, "//") && strings.Contains(rest, ":") {
		return false
	}
	for i := range len(uri) {
		c := uri[i]
		inScheme := isName(c) && c != '_' && c != ':' || c == '+'
		if i < len(scheme) && !inScheme || !isName(c) && strings.IndexByte("~/?#!$()*+,;=", c) < 0 {
			return false
		}
	}
	return strings.Count(uri, "#") <= 1
}

// declares returns the prefix that a declares; the default namespace has none.
func (a attribute) declares() (prefix string, ok bool) {
	switch {
	case a.prefix == "xmlns":
		return a.local, true
	case a.prefix == "" && a.local == "xmlns":
		return "", true
	}
	return "", false
}

// attributesOf gives f its attributes, and refuses those that XML and its namespaces do not allow.
func (p *parser) attributesOf(f *frame, attrs []attribute) error {
	type name struct {
		space, local string
		prefixed     bool
	}
	var names [maxAttributes]name
	for i, a := range attrs {
		n := name{local: a.local}
		if _, declares := a.declares(); declares {
			n.space = "xmlns:" + a.prefix // apart from ordinary names: no namespace is spelt so
		} else if a.prefix != "" {
			space, ok := p.space(a.prefix)
			if !ok {
				return p.refuse(ErrSyntax, "namespace prefix")
			}
			n.space, n.prefixed = space, true
		}
		for _, before := range names[:i] {
			if before == n {
				return p.refuse(ErrDuplicate, "attribute")
			}
			// Canonical XML sorts by namespace first, goxmldsig by the local name alone.
			if before.prefixed && n.prefixed && before.space != n.space &&
				(before.local == n.local || (before.space < n.space) != (before.local < n.local)) {
				p.unsorted = true
			}
		}
		names[i] = n
		if n == (name{local: "ID"}) || n == (name{local: "Id"}) || n == (name{nsXML, "id", true}) {
			if p.ids[a.value] {
				return p.refuse(ErrDuplicate, "ID")
			}
			p.ids[a.value] = true
		}
		if a.prefix == "xmlns" && a.local == "xml" {
			continue // canonical XML leaves it out, goxmldsig does not
		}
		f.el.Attr = append(f.el.Attr, etree.Attr{Space: a.prefix, Key: a.local, Value: a.value})
	}
	return nil
}

// signaturePart holds an element to the grammar of Signature: that it stands where it may, and
// that nothing else claims to be part of one.
func (p *parser) signaturePart(f, parent *frame, space, local string, attrs []attribute) error {
	switch {
	case p.alone && parent == nil:
		if space != nsDSig || local != "SignedInfo" {
			return p.refuse(ErrShape, "unknown part")
		}
	case parent == nil || parent.part == nil:
		switch {
		case space != nsDSig && local != "Signature":
			return nil
		case space != nsDSig:
			return p.refuse(ErrShape, "Signature of another namespace")
		case local != "Signature" || len(p.stack) != 1:
			return p.refuse(ErrShape, "part of a signature in the wrong place")
		case p.signature != nil:
			return p.refuse(ErrShape, "second signature")
		}
		p.signature = f.el
	default:
		rule := parent.part.child(local)
		if space != nsDSig || rule == nil {
			return p.refuse(ErrShape, "unknown part")
		}
		if parent.counts[local]++; parent.counts[local] > rule.max {
			return p.refuse(rule.reason, "repeated part")
		}
		if local == "SignedInfo" {
			p.info = f.el
			p.inherited = p.scope()
		}
	}
	part := grammar[local]
	f.part, f.counts = &part, map[string]int{}
	return p.signatureAttributes(f.part, local, attrs)
}

// scope is what an element about to be pushed inherits: the namespaces, and the attributes of
// the namespace of XML, of which a nearer one counts. Its own declarations are among them.
func (p *parser) scope() []etree.Attr {
	var scope []etree.Attr
	add := func(a etree.Attr) {
		for i := range scope {
			if scope[i].Space == a.Space && scope[i].Key == a.Key {
				scope[i].Value = a.Value
				return
			}
		}
		scope = append(scope, a)
	}
	for _, b := range p.bound {
		switch b.prefix {
		case "xml":
		case "":
			add(etree.Attr{Key: "xmlns", Value: b.space})
		default:
			add(etree.Attr{Space: "xmlns", Key: b.prefix, Value: b.space})
		}
	}
	for _, f := range p.stack {
		for _, a := range f.el.Attr {
			if a.Space == "xml" {
				add(a)
			}
		}
	}
	return scope
}

func (p *parser) signatureAttributes(rule *part, local string, attrs []attribute) error {
	found := false
	for _, a := range attrs {
		_, declares := a.declares()
		switch {
		case declares:
		case p.alone && local == "SignedInfo" && a.prefix == "xml": // as canonical XML hands it down
		case rule.attr != "" && a.prefix == "" && a.local == rule.attr:
			found = true
			rule.keep(&p.signedInfo, a.value)
		case local == "Signature" && a.prefix == "" && a.local == "Id":
		default:
			return p.refuse(ErrShape, "attribute")
		}
	}
	if rule.attr != "" && !found {
		if rule.attr == "URI" {
			return p.refuse(ErrReference, "no URI")
		}
		return p.refuse(ErrShape, "missing attribute")
	}
	return nil
}

func (p *parser) close(prefix, local string) error {
	if len(p.stack) == 0 {
		return p.refuse(ErrSyntax, "end tag")
	}
	f := p.stack[len(p.stack)-1]
	if f.el.Space != prefix || f.el.Tag != local {
		return p.refuse(ErrSyntax, "end tag")
	}
	p.stack, p.bound = p.stack[:len(p.stack)-1], p.bound[:f.bound]
	if f.part == nil {
		return nil
	}
	for _, rule := range f.part.children {
		if f.counts[rule.name] < rule.min {
			return p.refuse(rule.reason, "missing part")
		}
	}
	return p.keep(local, f.el.Text())
}

// keep takes in the text of a part that is read, and refuses one that others cannot read.
func (p *parser) keep(local, text string) error {
	switch local {
	case "DigestValue":
		p.digestValue = base64Text(text)
	case "SignatureValue":
		p.sigValue = base64Text(text)
	case "X509Certificate":
		der, err := base64.StdEncoding.DecodeString(base64Text(text))
		switch {
		case err != nil:
			der = nil
		case !isSequence(der):
			return p.refuse(ErrShape, "something else than a certificate")
		}
		p.certs = append(p.certs, der)
	case "X509SerialNumber":
		if text == "" || strings.Trim(text, "0123456789") != "" {
			return p.refuse(ErrShape, "serial number")
		}
	}
	return nil
}

// isSequence reports whether der is one ASN.1 sequence, as a certificate is.
func isSequence(der []byte) bool {
	var v asn1.RawValue
	rest, err := asn1.Unmarshal(der, &v)
	return err == nil && len(rest) == 0 && v.Class == asn1.ClassUniversal && v.Tag == asn1.TagSequence && v.IsCompound
}

// base64Text is base64 without the white space that breaks it into lines. Text with white space
// between two signs of padding, which not every decoder passes over, becomes what is no base64.
func base64Text(text string) string {
	const none = "="
	if i := strings.IndexByte(text, '='); i >= 0 && strings.ContainsAny(strings.Trim(text[i:], white), white) {
		return none
	}
	return stripSpace(text)
}
