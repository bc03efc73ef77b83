"""What makes pictures. No web, no queue, no database."""
