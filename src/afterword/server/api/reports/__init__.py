"""Reports: questions answered with numbers, words and a picture."""
