"""The landlord's stock beside the national register: pages, a file with its receipt, what is taken over."""
