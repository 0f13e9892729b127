"""Mingjian 明鉴 audits mobile apps and websites for privacy violations against rule files."""
