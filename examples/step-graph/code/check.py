"""Fails where the sales of a day hold no row or one without a price."""

import sys

from pyspark.sql import SparkSession

day = sys.argv[1]
spark = SparkSession.builder.getOrCreate()
sales = spark.read.parquet(f"s3://shop-reports/raw/sales/{day}/")
if sales.isEmpty() or not sales.filter("price is null").isEmpty():
    sys.exit(f"the sales of {day} are not complete")
