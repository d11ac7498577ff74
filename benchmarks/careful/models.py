"""What the yardsticks write, narrower than ours: that is in their favour, and the limits' too."""

from __future__ import annotations

from django.db import models


class Person(models.Model):
    github_id = models.BigIntegerField(unique=True)
    login = models.CharField(max_length=100)


class Repository(models.Model):
    github_id = models.BigIntegerField(unique=True)
    full_name = models.CharField(max_length=240)


class PullRequest(models.Model):
    repository = models.ForeignKey(Repository, models.CASCADE, db_index=False)
    number = models.BigIntegerField()
    author = models.ForeignKey(Person, models.CASCADE)
    title = models.TextField()
    created_at = models.BigIntegerField()
    merged_at = models.BigIntegerField(null=True)

    class Meta:
        unique_together = [("repository", "number")]


class Issue(models.Model):
    repository = models.ForeignKey(Repository, models.CASCADE, db_index=False)
    number = models.BigIntegerField()
    author = models.ForeignKey(Person, models.CASCADE)
    title = models.TextField()
    created_at = models.BigIntegerField()

    class Meta:
        unique_together = [("repository", "number")]


class Contribution(models.Model):
    person = models.ForeignKey(Person, models.CASCADE)
    repository = models.ForeignKey(Repository, models.CASCADE, db_index=False)
    number = models.BigIntegerField()
    kind = models.CharField(max_length=20)
    occurred_at = models.BigIntegerField()

    class Meta:
        unique_together = [("repository", "number", "kind", "person")]


class Entry(models.Model):
    contribution = models.OneToOneField(Contribution, models.CASCADE)
    person = models.ForeignKey(Person, models.CASCADE)
    points = models.BigIntegerField()
    posted_at = models.BigIntegerField()


class Score(models.Model):
    """A total of one of our contributors, as the recalculating yardsticks keep it."""

    contributor_id = models.BigIntegerField(unique=True)
    points = models.BigIntegerField()
    tier = models.CharField(max_length=60, default="")
    updated_at = models.BigIntegerField()


class Award(models.Model):
    """A certificate of a tier."""

    contributor_id = models.BigIntegerField()
    tier = models.CharField(max_length=60)
    number = models.CharField(max_length=32, unique=True)
    points = models.BigIntegerField()
    issued_at = models.BigIntegerField()

    class Meta:
        unique_together = [("contributor_id", "tier")]


class Line(models.Model):
    """What one of our contributions is worth after limits."""

    contribution_id = models.BigIntegerField(unique=True)
    contributor_id = models.BigIntegerField(db_index=True)
    value_milli = models.BigIntegerField()
    after_milli = models.BigIntegerField()
    points = models.BigIntegerField()


class Delivery(models.Model):
    """What the careful team's webhook view stores, and works later in a task of its own."""

    guid = models.CharField(max_length=100, unique=True)
    event = models.CharField(max_length=100)
    action = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    body = models.BinaryField()
    state = models.CharField(max_length=20, default="received")
    received_at = models.DateTimeField()


class BareDelivery(models.Model):
    """What the limit stores of a delivery."""

    guid = models.CharField(max_length=100, primary_key=True)
    event = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    body = models.BinaryField()
