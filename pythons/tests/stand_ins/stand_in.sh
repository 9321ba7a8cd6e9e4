#!/bin/sh
# Stands in for a program under the name of a link to this file: does what the script beside that link says. A test
# that wrote programs itself could meet "text file busy", since another test may be starting one at that moment.
. "$0.does"
