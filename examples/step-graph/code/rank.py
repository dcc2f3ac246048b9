"""Items by how often they were visited."""

import sys

from pyspark.sql import SparkSession

day = sys.argv[1]
spark = SparkSession.builder.getOrCreate()
joined = spark.read.parquet(f"s3://shop-reports/joined/{day}/")
ranked = joined.groupBy("item", "price").count().orderBy("count", ascending=False)
ranked.write.mode("overwrite").csv(f"s3://shop-reports/staging/{day}/", header=True)
