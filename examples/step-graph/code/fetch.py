"""One source of one day, from its export to Parquet."""

import sys

from pyspark.sql import SparkSession

source, day = sys.argv[1:]
spark = SparkSession.builder.getOrCreate()
rows = spark.read.json(f"s3://shop-exports/{source}/{day}/")
rows.write.mode("overwrite").parquet(f"s3://shop-reports/raw/{source}/{day}/")
