"""A program that imports much of the standard library before its first task: what counts is when it is ready."""

import argparse
import asyncio
import concurrent.futures
import dataclasses
import email.message
import http.client
import json
import logging.config
import sqlite3
import unittest
import urllib.request
import xml.dom.minidom

COUNT = 4


def work(number):
    return number


ITEMS = range(COUNT)

if __name__ == "__main__":
    print(sum(map(work, ITEMS)))
