"""What the deploy test is made of; `deploy_case_study.py` tells the story."""
