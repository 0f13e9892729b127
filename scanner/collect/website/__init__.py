"""What a website shows: its pages, forms and prompts, and what it does when refused."""
