#!/bin/sh
# Makes corpus/ anew: documents signed by the JDK and by xmlsec1, the same with
# bytes changed, and what both tools say of each. Needs a JDK (17 or later) and
# xmlsec1 with OpenSSL; no network. From adapters/eaadhaar/testdata:
#
#	./corpus.sh
set -eu
LC_ALL=C
export LC_ALL
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tab=$(printf '\t')

javac -d "$work/classes" Generate.java Oracle.java Corpus.java Changes.java
rm -rf corpus
mkdir corpus
java -cp "$work/classes" Corpus sign "$work" corpus
while IFS="$tab" read -r name signer; do
	certificates=corpus/$signer.pem
	[ "$signer" != chained ] || certificates=$certificates,$work/root.pem
	xmlsec1 --sign --privkey-pem "$work/$signer.key,$certificates" --output "corpus/$name.xml" "$work/$name.template"
done < "$work/templates.tsv"
java -cp "$work/classes" Corpus change "$work" corpus
java -cp "$work/classes" Corpus judge "$work" corpus

# xmlsec1 is to use the pinned key whatever the document embeds.
while IFS="$tab" read -r name signer rest; do
	if said=$(xmlsec1 --verify --enabled-key-data key-name --pubkey-cert-pem "corpus/$signer.pem" \
		"corpus/$name.xml" 2>&1); then
		echo ok
	else
		case $said in
		*"failed to parse"* | *xmlSecParseFile*) echo "parse error" ;;
		*) echo fail ;;
		esac
	fi
done < "$work/rows.tsv" > "$work/xmlsec1"
{
	printf 'name\tsigner\tmade by\tjava\tjava, secure validation\txmlsec1\tours\twhat it is\twhy ours is stricter than both\n'
	cut -f 1-3 "$work/rows.tsv" | paste - "$work/java" "$work/xmlsec1" > "$work/left"
	cut -f 4-6 "$work/rows.tsv" | paste "$work/left" -
} > corpus/verdicts.tsv
