"""The steps of the case study's test, by what they are about; each class has those of the one above it too."""
