"""Visits with the prices that the visitors saw."""

import sys

from pyspark.sql import SparkSession

day = sys.argv[1]
spark = SparkSession.builder.getOrCreate()
visits = spark.read.parquet(f"s3://shop-reports/raw/visits/{day}/")
prices = spark.read.parquet(f"s3://shop-reports/raw/prices/{day}/")
visits.join(prices, "item").write.mode("overwrite").parquet(f"s3://shop-reports/joined/{day}/")
