#!/bin/sh
# Makes all certificates of this folder anew, with OpenSSL 3. README.md says what each is for.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
names='DNS:pbx.test,DNS:localhost,IP:127.0.0.1,IP:::1'
long='20200101000000Z 21260101000000Z'

key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1"; }

# certify NAME SUBJECT KEY EXTENSIONS START END SIGNER…: what the signer's options are for `openssl ca`
certify() {
  name=$1 subject=$2 key=$3 extensions=$4 start=$5 end=$6
  shift 6
  : > "$work/index.txt"
  printf '%s\n' '[ca]' 'default_ca=x' '[x]' "database=$work/index.txt" "new_certs_dir=$work" 'default_md=sha256' \
    'policy=p' 'rand_serial=yes' 'unique_subject=no' 'x509_extensions=e' '[p]' 'commonName=supplied' '[e]' \
    "$extensions" > "$work/ca.conf"
  openssl req -new -key "$key" -subj "/CN=$subject" -out "$work/csr.pem"
  openssl ca -batch -notext -config "$work/ca.conf" -startdate "$start" -enddate "$end" -in "$work/csr.pem" \
    -out "$name.pem" "$@"
}

ca() {
  key "$work/$1.key"
  extensions=$(printf '%s\n' 'basicConstraints=critical,CA:TRUE' 'keyUsage=critical,keyCertSign,cRLSign')
  certify "$1" "$2" "$work/$1.key" "$extensions" $long -selfsign -keyfile "$work/$1.key"
}

# issue NAME CA KEY SUBJECT NAMES START END
issue() {
  certify "$1" "$4" "$3" "subjectAltName=$5" "$6" "$7" -cert "$2.pem" -keyfile "$work/$2.key"
}

ca ca 'blfd test CA'
ca other-ca 'blfd other test CA'
key pbx.key
key panel.key
issue pbx ca pbx.key pbx.test "$names" $long
issue wrong-name ca pbx.key elsewhere.test 'DNS:elsewhere.test' $long
issue expired ca pbx.key pbx.test "$names" 20200101000000Z 20200102000000Z
issue not-yet ca pbx.key pbx.test "$names" 21250101000000Z 21260101000000Z
issue unknown-ca other-ca pbx.key pbx.test "$names" $long
issue panel ca panel.key panel1 'DNS:panel1.test' $long
issue unknown-panel other-ca panel.key panel1 'DNS:panel1.test' $long
certify self-signed pbx.test pbx.key "subjectAltName=$names" $long -selfsign -keyfile pbx.key
