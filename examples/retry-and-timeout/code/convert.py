"""Turns the rates of a day into Parquet."""

import sys

from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()
rates = spark.read.csv(f"s3://rates/fetched/{sys.argv[1]}/", header=True, inferSchema=True)
rates.write.mode("overwrite").parquet(f"s3://rates/converted/{sys.argv[1]}/")
