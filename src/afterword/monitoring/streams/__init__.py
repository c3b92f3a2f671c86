"""One stream of ratings, watched for a change that nobody announced."""
