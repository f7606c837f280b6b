from .assigning import AssignForm
from .bulletins import BulletinForm, WithdrawBulletinForm, beginning

__all__ = ["AssignForm", "BulletinForm", "WithdrawBulletinForm", "beginning"]
