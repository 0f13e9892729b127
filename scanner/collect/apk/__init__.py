"""The APK room; `collector` is its door, so that the parsing process loads only what it needs."""
