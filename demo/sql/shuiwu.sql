-- S19 税务 收入: text amounts, some hidden as ***.
create table sw_income (
	id_no varchar(24), period char(6), item varchar(20), income varchar(20), payer varchar(100),
	declare_date varchar(10), corrected char(1));
