#!/bin/sh
# Stands in for a uv that nobody answers.
exec sleep 1000
