"""The demo study "hardware-store": what newcomers find on a first start, and what screens and the PDF are judged by.

Its words are in hardware_store.toml, its pictures in pictures/. Not a template: those are in `studies`.
"""
